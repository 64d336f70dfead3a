/// Other processes by descriptor (pidfd_open(2)), for C libraries that are older than the calls, and how threads are
/// scheduled.
#pragma once

#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static inline int clinux_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

static inline int clinux_pidfd_send_signal(int descriptor, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0);
}

/// Has the calling thread, when it wakes, leave the processor to the thread that it finds there (SCHED_BATCH, sched(7)). It
/// needs no privilege. A policy other than SCHED_OTHER, which somebody has chosen, stays, and where the kernel refuses
/// nothing changes.
void clinux_await_turns(void);
