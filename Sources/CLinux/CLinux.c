#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <sched.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

int clinux_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t timeout_ns) {
    if (timeout_ns <= 0) return epoll_wait(epoll, events, count, timeout_ns < 0 ? -1 : 0);
    struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
    int ready = epoll_pwait2(epoll, events, count, &timeout, NULL);
    if (ready < 0 && errno == ENOSYS) {
        int64_t milliseconds = (timeout_ns + 999999) / 1000000;
        ready = epoll_wait(epoll, events, count, milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds);
    }
    return ready;
}

void clinux_give_back_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void clinux_await_turns(void) {
    struct sched_param parameters = {0};
    if (sched_getscheduler(0) == SCHED_OTHER) sched_setscheduler(0, SCHED_BATCH, &parameters);
}
