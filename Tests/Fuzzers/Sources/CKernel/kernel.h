// The kernel's own calls behind those that FuzzMedia stands in for: by `--wrap`, the linker gives our `__wrap_NAME` to who
// calls NAME, and NAME to who calls `__real_NAME`.
#pragma once
#include <stdint.h>

#ifdef __swift__
#pragma clang module import CLinux
#endif

#include <sys/epoll.h>

int __real_clinux_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t timeout_ns);
int __real_epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event *event);

static inline void kernel_set_event(struct epoll_event *events, int index, uint32_t flags, uint64_t token) {
    events[index].events = flags;
    events[index].data.u64 = token;
}

static inline uint32_t kernel_flags(const struct epoll_event *event) { return event->events; }
static inline uint64_t kernel_token(const struct epoll_event *event) { return event->data.u64; }
