/// epoll and timerfd. `struct epoll_event` is packed on x86-64, so that Swift reads it through these.
#pragma once

#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static inline int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

/// `operation` is EPOLL_CTL_ADD, _MOD or _DEL.
static inline int clinux_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

static inline struct epoll_event *clinux_epoll_events_create(int count) {
    return (struct epoll_event *)calloc((size_t)count, sizeof(struct epoll_event));
}

static inline void clinux_epoll_events_destroy(struct epoll_event *events) { free(events); }

static inline uint32_t clinux_epoll_events_at(const struct epoll_event *events, int index) {
    return events[index].events;
}

static inline uint64_t clinux_epoll_token_at(const struct epoll_event *events, int index) {
    return events[index].data.u64;
}

/// `timeout_ns` < 0 waits without limit. Needs Linux 5.11 (epoll_pwait2); elsewhere the time is rounded up to ms.
int clinux_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t timeout_ns);

/// Gives the system back what the allocator holds of freed memory (malloc_trim).
void clinux_give_back_memory(void);

static inline int clinux_eventfd_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/// A timer on CLOCK_MONOTONIC.
static inline int clinux_timerfd_create(void) {
    return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

/// Arms the timer to fire once in `after_ns` from now; 0 disarms it.
static inline int clinux_timerfd_arm(int timer, int64_t after_ns) {
    struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(after_ns / 1000000000), .tv_nsec = (long)(after_ns % 1000000000)}};
    return timerfd_settime(timer, 0, &when, NULL);
}

/// Arms the timer to fire once when CLOCK_MONOTONIC reads `at_ns`; 0 disarms it.
static inline int clinux_timerfd_arm_at(int timer, int64_t at_ns) {
    struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(at_ns / 1000000000), .tv_nsec = (long)(at_ns % 1000000000)}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}
