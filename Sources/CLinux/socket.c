#define _GNU_SOURCE
#include "clinux_socket.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

// Room for a packet info of either family and the drop count of SO_RXQ_OVFL.
#define CONTROL_SIZE 128

struct clinux_datagram_batch {
    unsigned capacity;
    /// Headers that are to be set before they are used again.
    unsigned used;
    size_t size;
    uint8_t *payload;
    struct mmsghdr *headers;
    struct iovec *vectors;
    struct sockaddr_storage *sources;
    uint8_t (*controls)[CONTROL_SIZE];
};

clinux_datagram_batch *clinux_datagram_batch_create(unsigned capacity, size_t size) {
    clinux_datagram_batch *batch = calloc(1, sizeof *batch);
    if (batch == NULL) return NULL;
    batch->capacity = capacity;
    batch->used = capacity;
    batch->size = size;
    batch->headers = calloc(capacity, sizeof *batch->headers);
    batch->vectors = calloc(capacity, sizeof *batch->vectors);
    batch->sources = calloc(capacity, sizeof *batch->sources);
    batch->controls = calloc(capacity, sizeof *batch->controls);
    batch->payload = mmap(NULL, capacity * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (batch->payload == MAP_FAILED) batch->payload = NULL;
    if (!batch->headers || !batch->vectors || !batch->sources || !batch->controls || !batch->payload) {
        clinux_datagram_batch_destroy(batch);
        return NULL;
    }
    for (unsigned index = 0; index < capacity; index++) {
        batch->vectors[index] = (struct iovec){.iov_base = batch->payload + index * size, .iov_len = size};
    }
    return batch;
}

void clinux_datagram_batch_destroy(clinux_datagram_batch *batch) {
    if (batch == NULL) return;
    if (batch->payload) munmap(batch->payload, batch->capacity * batch->size);
    free(batch->controls);
    free(batch->sources);
    free(batch->vectors);
    free(batch->headers);
    free(batch);
}

int clinux_datagram_batch_receive(clinux_datagram_batch *batch, int socket) {
    // The last receive has changed the headers that it used, and no other.
    for (unsigned index = 0; index < batch->used; index++) {
        batch->headers[index].msg_hdr = (struct msghdr){
            .msg_name = &batch->sources[index],
            .msg_namelen = sizeof batch->sources[index],
            .msg_iov = &batch->vectors[index],
            .msg_iovlen = 1,
            .msg_control = batch->controls[index],
            .msg_controllen = CONTROL_SIZE,
        };
    }
    const int count = recvmmsg(socket, batch->headers, batch->capacity, MSG_DONTWAIT, NULL);
    // One more may have been looked at than was there.
    batch->used = count < 0 ? 1 : (unsigned)count + 1;
    if (batch->used > batch->capacity) batch->used = batch->capacity;
    return count;
}

void clinux_datagram_batch_get(const clinux_datagram_batch *batch, unsigned index, struct clinux_datagram *datagram) {
    struct mmsghdr *header = &batch->headers[index];
    *datagram = (struct clinux_datagram){
        .bytes = batch->payload + index * batch->size,
        .length = header->msg_len,
        .truncated = (header->msg_hdr.msg_flags & MSG_TRUNC) != 0,
        .source = &batch->sources[index],
    };
    struct msghdr *message = &header->msg_hdr;
    for (struct cmsghdr *control = CMSG_FIRSTHDR(message); control; control = CMSG_NXTHDR(message, control)) {
        if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(control), sizeof info);
            datagram->local.family = AF_INET;
            datagram->local.interface_index = (uint32_t)info.ipi_ifindex;
            // ipi_spec_dst is the address to reply from, also for what came to a broadcast address. It is not there for
            // what came before the option was set, by an inherited socket.
            const struct in_addr *address = info.ipi_spec_dst.s_addr ? &info.ipi_spec_dst : &info.ipi_addr;
            memcpy(datagram->local.bytes, address, sizeof *address);
        } else if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(control), sizeof info);
            datagram->local.family = AF_INET6;
            datagram->local.interface_index = info.ipi6_ifindex;
            memcpy(datagram->local.bytes, &info.ipi6_addr, sizeof info.ipi6_addr);
        } else if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SO_RXQ_OVFL) {
            memcpy(&datagram->dropped, CMSG_DATA(control), sizeof datagram->dropped);
        } else if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec time;
            memcpy(&time, CMSG_DATA(control), sizeof time);
            datagram->arrival_ns = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
        }
    }
}

// What sendmsg is told of the address that a datagram leaves from; `control` has room for CONTROL_SIZE bytes.
static void set_source(struct msghdr *message, uint8_t *control, const struct clinux_local_address *local) {
    struct in_pktinfo v4 = {.ipi_ifindex = (int)local->interface_index};
    struct in6_pktinfo v6 = {.ipi6_ifindex = local->interface_index};
    const bool is_v4 = local->family == AF_INET;
    memcpy(&v4.ipi_spec_dst, local->bytes, sizeof v4.ipi_spec_dst);
    memcpy(&v6.ipi6_addr, local->bytes, sizeof v6.ipi6_addr);
    const size_t size = is_v4 ? sizeof v4 : sizeof v6;
    message->msg_control = control;
    message->msg_controllen = CMSG_SPACE(size);
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    *header = (struct cmsghdr){
        .cmsg_level = is_v4 ? IPPROTO_IP : IPPROTO_IPV6,
        .cmsg_type = is_v4 ? IP_PKTINFO : IPV6_PKTINFO,
        .cmsg_len = CMSG_LEN(size),
    };
    memcpy(CMSG_DATA(header), is_v4 ? (void *)&v4 : (void *)&v6, size);
}

ssize_t clinux_datagram_send(int socket, const void *bytes, size_t length, const struct sockaddr *peer,
                             socklen_t peer_length, const struct clinux_local_address *local) {
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = length};
    _Alignas(struct cmsghdr) uint8_t control[CONTROL_SIZE];
    struct msghdr message = {
        .msg_name = (void *)peer,
        .msg_namelen = peer_length,
        .msg_iov = &vector,
        .msg_iovlen = 1,
    };
    if (local) set_source(&message, control, local);
    return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

struct clinux_datagram_outbox {
    unsigned capacity;
    unsigned count;
    size_t size;
    size_t used;
    uint8_t *payload;
    struct mmsghdr *headers;
    struct iovec *vectors;
    struct sockaddr_storage *peers;
    uint8_t (*controls)[CONTROL_SIZE];
};

clinux_datagram_outbox *clinux_datagram_outbox_create(unsigned capacity, size_t size) {
    clinux_datagram_outbox *outbox = calloc(1, sizeof *outbox);
    if (outbox == NULL) return NULL;
    outbox->capacity = capacity;
    outbox->size = size;
    outbox->payload = malloc(size);
    outbox->headers = calloc(capacity, sizeof *outbox->headers);
    outbox->vectors = calloc(capacity, sizeof *outbox->vectors);
    outbox->peers = calloc(capacity, sizeof *outbox->peers);
    outbox->controls = calloc(capacity, sizeof *outbox->controls);
    if (!outbox->payload || !outbox->headers || !outbox->vectors || !outbox->peers || !outbox->controls) {
        clinux_datagram_outbox_destroy(outbox);
        return NULL;
    }
    return outbox;
}

void clinux_datagram_outbox_destroy(clinux_datagram_outbox *outbox) {
    if (outbox == NULL) return;
    free(outbox->controls);
    free(outbox->peers);
    free(outbox->vectors);
    free(outbox->headers);
    free(outbox->payload);
    free(outbox);
}

bool clinux_datagram_outbox_add(clinux_datagram_outbox *outbox, const void *bytes, size_t length,
                                const struct sockaddr *peer, socklen_t peer_length,
                                const struct clinux_local_address *local) {
    if (outbox->count == outbox->capacity || length > outbox->size - outbox->used) return false;
    if (peer_length > sizeof *outbox->peers) return false;
    const unsigned index = outbox->count++;
    uint8_t *payload = outbox->payload + outbox->used;
    memcpy(payload, bytes, length);
    outbox->used += length;
    memcpy(&outbox->peers[index], peer, peer_length);
    outbox->vectors[index] = (struct iovec){.iov_base = payload, .iov_len = length};
    outbox->headers[index].msg_hdr = (struct msghdr){
        .msg_name = &outbox->peers[index],
        .msg_namelen = peer_length,
        .msg_iov = &outbox->vectors[index],
        .msg_iovlen = 1,
    };
    if (local) set_source(&outbox->headers[index].msg_hdr, outbox->controls[index], local);
    return true;
}

int clinux_datagram_outbox_send(const clinux_datagram_outbox *outbox, unsigned from, int socket) {
    return sendmmsg(socket, outbox->headers + from, outbox->count - from, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void clinux_datagram_outbox_clear(clinux_datagram_outbox *outbox) {
    outbox->count = 0;
    outbox->used = 0;
}

static int enable(int socket, int level, int option) {
    int on = 1;
    return setsockopt(socket, level, option, &on, sizeof on);
}

int clinux_datagram_configure(int socket, sa_family_t family, bool local_addresses) {
    if (enable(socket, SOL_SOCKET, SO_RXQ_OVFL) < 0 || enable(socket, SOL_SOCKET, SO_TIMESTAMPNS) < 0) return -1;
    // An IPv6 socket that also takes IPv4 reports IPv4's ICMP errors only with IPv4's option.
    if (enable(socket, IPPROTO_IP, IP_RECVERR) < 0) return -1;
    if (family == AF_INET6 && enable(socket, IPPROTO_IPV6, IPV6_RECVERR) < 0) return -1;
    if (!local_addresses) return 0;
    if (family == AF_INET6) return enable(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO);
    return enable(socket, IPPROTO_IP, IP_PKTINFO);
}

int clinux_datagram_take_error(int socket, struct clinux_datagram_error *error) {
    _Alignas(struct cmsghdr) uint8_t control[512];
    uint8_t byte;
    struct iovec vector = {.iov_base = &byte, .iov_len = 1};
    *error = (struct clinux_datagram_error){0};
    struct msghdr message = {
        .msg_name = &error->peer,
        .msg_namelen = sizeof error->peer,
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof control,
    };
    if (recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
    }
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        bool v4 = header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR;
        bool v6 = header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_RECVERR;
        if (!v4 && !v6) continue;
        struct sock_extended_err extended;
        memcpy(&extended, CMSG_DATA(header), sizeof extended);
        error->error = (int)extended.ee_errno;
        error->origin = extended.ee_origin;
        error->type = extended.ee_type;
        error->code = extended.ee_code;
    }
    return 1;
}

int clinux_socket(int domain, bool stream) {
    return socket(domain, (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

ssize_t clinux_send(int socket, const void *bytes, size_t length) {
    return send(socket, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int clinux_accept(int socket, struct sockaddr_storage *peer) {
    socklen_t length = sizeof *peer;
    return accept4(socket, (struct sockaddr *)peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int clinux_look_up(const char *host, int family, struct addrinfo **list) {
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_DGRAM};
    return getaddrinfo(host, NULL, &hints, list);
}

const int clinux_eai_nodata = EAI_NODATA;
const int clinux_eai_address_family = EAI_ADDRFAMILY;
