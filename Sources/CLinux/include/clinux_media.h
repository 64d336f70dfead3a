/// Media sockets: one datagram at a time with the kernel's receive time, without a copy and without an allocation.
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/// The longest datagram that is taken whole.
#define CLINUX_MEDIA_SIZE 2048

/// Where datagrams are received to. A source is kept as four words so that two can be compared without looking inside:
/// a `sockaddr_in` or `sockaddr_in6` and zeros.
struct clinux_media_receiver {
    uint64_t source[4];
    /// When the kernel received it (CLOCK_REALTIME); 0 when it did not say.
    int64_t arrival_ns;
    bool truncated;
    /// CLINUX_MEDIA_SIZE octets of the caller's.
    uint8_t *buffer;
};

/// Receives one datagram: its length, or -1 and errno.
ssize_t clinux_media_receive(int socket, struct clinux_media_receiver *receiver);

/// Sends to an address of four words, or, where it is NULL, to whom the socket is connected: what sendto returns.
ssize_t clinux_media_send(int socket, const void *bytes, size_t length, const uint64_t *words);

/// Asks the processor to have `length` octets at hand soon.
static inline void clinux_media_prefetch(const void *start, size_t length) {
    const char *line = (const char *)((uintptr_t)start & ~(uintptr_t)63);
    for (const char *end = (const char *)start + length; line < end; line += 64) __builtin_prefetch(line, 1, 3);
}

/// Asks for receive times: 0, or -1 and errno.
int clinux_media_stamp(int socket);

/// Marks what is sent with a traffic class, -1 for none: 0, or -1 and errno.
int clinux_media_mark(int socket, sa_family_t family, int traffic_class);

/// Asks for the error queue: 0, or -1 and errno.
int clinux_media_queue_errors(int socket, sa_family_t family);

/// Whether sockets of the same user that share as well may bind the port of this one (SO_REUSEPORT): 0, or -1 and errno.
int clinux_media_share_port(int socket, bool shares);

/// Connects to an address of four words: 0, or -1 and errno.
int clinux_media_connect(int socket, const uint64_t *words);

/// Undoes that, with the local address and the interface that connecting has chosen: 0, or -1 and errno.
int clinux_media_disconnect(int socket);

/// Whether anything waits to be received by one of two sockets.
bool clinux_media_any_waits(int first, int second);

/// Throws away what waits, and adds to `datagrams` how many those were: whether all of it, since a flood is not waited for.
bool clinux_media_discard(int socket, uint64_t *datagrams);

/// Empties the error queue: the number of ICMP errors in it.
int clinux_media_drain_errors(int socket);

/// Names the calling thread, makes its timers exact and keeps signals away from it.
void clinux_media_prepare_thread(const char *name);

/// Has the calling thread sleep so many nanoseconds, less than a second.
void clinux_media_sleep(int64_t nanoseconds);

/// Asks for SCHED_FIFO with a priority for the calling thread: 0, or an errno.
int clinux_media_request_real_time(int priority);

/// Asks for time slices of `nanoseconds` for the calling thread, and for nothing else: 0 if the kernel has them (Linux
/// 6.12), or an errno.
int clinux_media_request_slice(uint64_t nanoseconds);

/// Gives the calling thread, if it has SCHED_OTHER and the system permits it, a nice value, or that which the process was
/// started with if it is not 0: the one that the thread has then.
int clinux_media_request_nice(int nice);

/// Whether the calling thread has SCHED_OTHER.
int clinux_media_shares_processor(void);

/// Gives the calling thread, which has SCHED_FIFO, back to SCHED_OTHER with its nice value and such slices: 0, or an errno.
int clinux_media_give_up_real_time(uint64_t nanoseconds);

/// Processors that the calling thread may run on, at least 1.
int clinux_media_processors(void);

/// Datagrams that the kernel has dropped on this socket, most often for want of room in its receive buffer.
uint32_t clinux_media_drops(int socket);
