#define _GNU_SOURCE
#include "clinux_media.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// A receive time, and room to spare.
#define CONTROL_SIZE 128

ssize_t clinux_media_receive(int socket, struct clinux_media_receiver *receiver) {
    _Alignas(struct cmsghdr) uint8_t control[CONTROL_SIZE];
    struct iovec vector = {.iov_base = receiver->buffer, .iov_len = CLINUX_MEDIA_SIZE};
    struct msghdr message;
    message.msg_name = receiver->source;
    message.msg_namelen = sizeof receiver->source;
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    message.msg_flags = 0;
    receiver->source[2] = 0;
    receiver->source[3] = 0;
    // Not by the wrapper: in a process with threads that prepares for being cancelled, twice a packet.
    ssize_t length = syscall(SYS_recvmsg, socket, &message, MSG_DONTWAIT);
    if (length < 0) return length;
    receiver->truncated = (message.msg_flags & MSG_TRUNC) != 0;
    receiver->arrival_ns = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec time;
            memcpy(&time, CMSG_DATA(header), sizeof time);
            receiver->arrival_ns = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
            break;
        }
    }
    return length;
}

static socklen_t address_size(const struct sockaddr *address) {
    return address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

ssize_t clinux_media_send(int socket, const void *bytes, size_t length, const uint64_t *words) {
    const struct sockaddr *address = (const struct sockaddr *)words;
    socklen_t size = address ? address_size(address) : 0;
    return syscall(SYS_sendto, socket, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL, address, size);
}

static int set(int socket, int level, int option, int value) {
    return setsockopt(socket, level, option, &value, sizeof value);
}

int clinux_media_stamp(int socket) {
    return set(socket, SOL_SOCKET, SO_TIMESTAMPNS, 1);
}

int clinux_media_mark(int socket, sa_family_t family, int traffic_class) {
    if (traffic_class < 0) return 0;
    // An IPv6 socket that also speaks IPv4 needs IPv4's options for that, here and below.
    if (family == AF_INET6 && set(socket, IPPROTO_IPV6, IPV6_TCLASS, traffic_class) < 0) return -1;
    return set(socket, IPPROTO_IP, IP_TOS, traffic_class);
}

int clinux_media_queue_errors(int socket, sa_family_t family) {
    if (family == AF_INET6 && set(socket, IPPROTO_IPV6, IPV6_RECVERR, 1) < 0) return -1;
    return set(socket, IPPROTO_IP, IP_RECVERR, 1);
}

int clinux_media_share_port(int socket, bool shares) {
    return set(socket, SOL_SOCKET, SO_REUSEPORT, shares);
}

int clinux_media_connect(int socket, const uint64_t *words) {
    const struct sockaddr *address = (const struct sockaddr *)words;
    return connect(socket, address, address_size(address));
}

int clinux_media_disconnect(int socket) {
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    return connect(socket, &none, sizeof none);
}

bool clinux_media_any_waits(int first, int second) {
    struct pollfd sockets[2] = {{.fd = first, .events = POLLIN}, {.fd = second, .events = POLLIN}};
    return poll(sockets, 2, 0) != 0;
}

bool clinux_media_discard(int socket, uint64_t *datagrams) {
    uint8_t byte;
    for (int turn = 0; turn < 64; turn++) {
        if (recv(socket, &byte, 1, MSG_DONTWAIT) >= 0) {
            ++*datagrams;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return true;
        }
    }
    return false;
}

int clinux_media_drain_errors(int socket) {
    int count = 0;
    uint8_t byte;
    while (1) {
        _Alignas(struct cmsghdr) uint8_t control[512];
        struct iovec vector = {.iov_base = &byte, .iov_len = 1};
        struct msghdr message = {
            .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
        if (recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return count;
        count++;
    }
}

void clinux_media_prepare_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
    // The default slack of 50 us would be added to every deadline.
    prctl(PR_SET_TIMERSLACK, 1UL);
    sigset_t signals;
    sigfillset(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

int clinux_media_request_real_time(int priority) {
    struct sched_param parameters = {.sched_priority = priority};
    return pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters);
}

// sched_attr of sched_setattr(2), which glibc has only since 2.41.
struct scheduling {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
    uint32_t utilization[2];
};

int clinux_media_request_slice(uint64_t nanoseconds) {
    struct scheduling scheduling = {0};
    if (syscall(SYS_sched_getattr, 0, &scheduling, sizeof scheduling, 0) < 0) return errno;
    // Only where threads share the processor by turns is a slice what it is meant to be.
    if (scheduling.policy != SCHED_OTHER) return EINVAL;
    scheduling.runtime = nanoseconds;
    if (syscall(SYS_sched_setattr, 0, &scheduling, 0) < 0) return errno;
    // Older kernels take the value and forget it.
    scheduling.runtime = 0;
    if (syscall(SYS_sched_getattr, 0, &scheduling, sizeof scheduling, 0) < 0) return errno;
    return scheduling.runtime == nanoseconds ? 0 : EOPNOTSUPP;
}

int clinux_media_request_nice(int nice) {
    // Linux has a nice value for each thread. What the process was started with is that of its first one; Dispatch has given
    // others to its threads, and from one of them the calling thread has its own.
    int chosen = getpriority(PRIO_PROCESS, getpid());
    if (clinux_media_shares_processor()) setpriority(PRIO_PROCESS, 0, chosen != 0 ? chosen : nice);
    return getpriority(PRIO_PROCESS, 0);
}

void clinux_media_sleep(int64_t nanoseconds) {
    struct timespec time = {.tv_nsec = nanoseconds};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

int clinux_media_shares_processor(void) {
    return sched_getscheduler(0) == SCHED_OTHER;
}

int clinux_media_give_up_real_time(uint64_t nanoseconds) {
    struct scheduling scheduling = {.size = sizeof scheduling, .policy = SCHED_OTHER, .runtime = nanoseconds};
    // A thread of real time keeps its nice value, but sched_getattr does not tell it.
    scheduling.nice = getpriority(PRIO_PROCESS, 0);
    return syscall(SYS_sched_setattr, 0, &scheduling, 0) < 0 ? errno : 0;
}

int clinux_media_processors(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

uint32_t clinux_media_drops(int socket) {
    uint32_t information[SK_MEMINFO_VARS] = {0};
    socklen_t length = sizeof information;
    return getsockopt(socket, SOL_SOCKET, SO_MEMINFO, information, &length) < 0 ? 0 : information[SK_MEMINFO_DROPS];
}
