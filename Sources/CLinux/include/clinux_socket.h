/// Sockets: datagrams with the local address of each (IP_PKTINFO, IPV6_RECVPKTINFO), the kernel's error queue, accept4.
#pragma once

#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/// The local address of a packet: `family` is AF_INET, AF_INET6 or 0 when the kernel did not say.
struct clinux_local_address {
    sa_family_t family;
    uint32_t interface_index;
    uint8_t bytes[16];
};

/// One received datagram. The pointers hold until the next receive into the same batch.
struct clinux_datagram {
    const uint8_t *bytes;
    size_t length;
    bool truncated;
    const struct sockaddr_storage *source;
    struct clinux_local_address local;
    /// What the kernel has dropped on this socket for want of buffer since it was opened; 0 when it did not say.
    uint32_t dropped;
    /// When it came, CLOCK_REALTIME in ns; 0 when the kernel did not say.
    int64_t arrival_ns;
};

/// Room for `capacity` datagrams of `size` bytes, whose pages are touched only when they are used.
typedef struct clinux_datagram_batch clinux_datagram_batch;
clinux_datagram_batch *clinux_datagram_batch_create(unsigned capacity, size_t size);
void clinux_datagram_batch_destroy(clinux_datagram_batch *batch);

/// recvmmsg without waiting: the number of datagrams, or -1 and errno.
int clinux_datagram_batch_receive(clinux_datagram_batch *batch, int socket);
void clinux_datagram_batch_get(const clinux_datagram_batch *batch, unsigned index, struct clinux_datagram *datagram);

/// Sends from `local` where it is given, else from what the routing says.
ssize_t clinux_datagram_send(int socket, const void *bytes, size_t length, const struct sockaddr *peer,
                             socklen_t peer_length, const struct clinux_local_address *local);

/// Datagrams that leave together, up to `capacity` of them and `size` bytes in all.
typedef struct clinux_datagram_outbox clinux_datagram_outbox;
clinux_datagram_outbox *clinux_datagram_outbox_create(unsigned capacity, size_t size);
void clinux_datagram_outbox_destroy(clinux_datagram_outbox *outbox);

/// Copies a datagram into the outbox: whether there was room.
bool clinux_datagram_outbox_add(clinux_datagram_outbox *outbox, const void *bytes, size_t length,
                                const struct sockaddr *peer, socklen_t peer_length,
                                const struct clinux_local_address *local);

/// sendmmsg without waiting, from the datagram of a number on: how many the kernel has taken, or -1 and errno for that one.
int clinux_datagram_outbox_send(const clinux_datagram_outbox *outbox, unsigned from, int socket);

void clinux_datagram_outbox_clear(clinux_datagram_outbox *outbox);

/// Asks the kernel for local addresses, for its error queue and for the count of what it dropped: 0, or -1 and errno.
int clinux_datagram_configure(int socket, sa_family_t family, bool local_addresses);

/// One entry of the error queue: what ICMP said about a datagram that we sent.
struct clinux_datagram_error {
    struct sockaddr_storage peer;
    int error;
    /// SO_EE_ORIGIN_*, and type and code of the ICMP message.
    uint8_t origin;
    uint8_t type;
    uint8_t code;
};

/// Takes one entry off the error queue: 1 taken, 0 none left, -1 and errno.
int clinux_datagram_take_error(int socket, struct clinux_datagram_error *error);

/// A socket of AF_INET or AF_INET6 that does not block and is closed on exec. SOCK_* and MSG_* are enumerations in glibc,
/// which Swift sees in one module or another depending on who includes them first.
int clinux_socket(int domain, bool stream);

/// Sends on a connection without SIGPIPE.
ssize_t clinux_send(int socket, const void *bytes, size_t length);

/// accept4 with SOCK_NONBLOCK and SOCK_CLOEXEC.
int clinux_accept(int socket, struct sockaddr_storage *peer);

/// getaddrinfo for a host name alone, once for each address. Free the list by freeaddrinfo.
int clinux_look_up(const char *host, int family, struct addrinfo **list);

/// EAI_NODATA and EAI_ADDRFAMILY, which are behind _GNU_SOURCE.
extern const int clinux_eai_nodata;
extern const int clinux_eai_address_family;
