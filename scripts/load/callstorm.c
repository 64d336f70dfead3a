/*
 * callstorm - SIP load generator (UAC) for measuring auto-answering SIP servers.
 *
 *   cc -std=c11 -O2 -Wall -Wextra -pthread callstorm.c -o callstorm -lm
 *
 * One thread speaks SIP, one moves RTP, the main thread samples the server's
 * CPU time and memory.  See usage() for the options and README.md beside it for the
 * meaning of each reported figure.
 *
 * A call is named by (slot, generation); both are written in hex into the
 * Call-ID, From tag and branch, so any late message can be answered (ACK for a
 * repeated final response, 200 for a repeated BYE) without keeping state.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000ull
#define SEC 1000000000ull
#define T1 (500 * MS)
#define T2 (4000 * MS)

enum media_mode { MEDIA_NONE, MEDIA_ECHO, MEDIA_LISTEN };

static struct {
    struct sockaddr_in target;
    char target_text[64];
    const char *user;
    bool tcp;
    double rate;
    unsigned concurrent;
    double hold;
    unsigned calls;
    enum media_mode media;
    unsigned ptime;
    const char *local_ip;
    unsigned sip_port;
    unsigned rtp_base;
    unsigned rtp_sockets; /* 0: one per call */
    double tone_hz;
    double drain;   /* seconds between the last RTP packet and BYE */
    double linger;  /* seconds between the last call's end and the last sample */
    double timeout; /* transaction timeout, RFC 3261's 64*T1 */
    bool kernel_stamp;
    bool plateau;
    bool realtime;
    bool json;
    pid_t pids[16];
    int npids;
} opt = {
    .user = "echo", .rate = 10, .concurrent = 10, .hold = 1, .calls = 10, .ptime = 20,
    .local_ip = "127.0.0.1", .rtp_base = 30000, .tone_hz = 440, .drain = 0.2, .linger = 0.5,
    .timeout = 32, .kernel_stamp = true,
};

/* ---------------------------------------------------------------- basics */

static void die(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("callstorm: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(2);
}

static void *xalloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);
    if (!p) die("out of memory");
    return p;
}

static uint64_t clock_ns(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (uint64_t)ts.tv_sec * SEC + (uint64_t)ts.tv_nsec;
}

static uint64_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

/* Log-linear histogram of nanoseconds, 32 buckets an octave (3% wide). */
#define HIST_BUCKETS ((64 - 4 + 1) * 32)
struct hist {
    uint64_t n, max;
    uint64_t bucket[HIST_BUCKETS];
};

static void hist_add(struct hist *h, uint64_t v)
{
    unsigned i = (unsigned)v;
    if (v >= 64) {
        unsigned e = 63u - (unsigned)__builtin_clzll(v);
        i = (e - 4) * 32 + (unsigned)((v >> (e - 5)) & 31);
    }
    h->bucket[i]++;
    h->n++;
    if (v > h->max) h->max = v;
}

static double hist_quantile(const struct hist *h, double q)
{
    if (!h->n) return 0;
    uint64_t want = (uint64_t)ceil(q * (double)h->n), seen = 0;
    if (!want) want = 1;
    for (unsigned i = 0; i < HIST_BUCKETS; i++) {
        seen += h->bucket[i];
        if (seen < want) continue;
        double v = i;
        if (i >= 64) {
            unsigned e = i / 32 + 4;
            v = ldexp(1, (int)e) + (i % 32 + 0.5) * ldexp(1, (int)e - 5);
        }
        return v > (double)h->max ? (double)h->max : v;
    }
    return (double)h->max;
}

/* ------------------------------------------------- shared state, counters */

static _Atomic bool stop_requested;  /* SIGINT: start no more, end what is up */
static _Atomic bool sip_done;        /* the SIP thread has finished */
static _Atomic bool media_quit;
static _Atomic int phase;            /* 0 ramp, 1 steady window, 2 after it */
static _Atomic unsigned calls_active;      /* INVITE sent, not yet ended */
static _Atomic unsigned calls_established; /* answered, not yet ended */
static _Atomic uint64_t rtp_sent, rtp_received;

static struct {
    unsigned attempted, ok, failed;
    unsigned by_code[700];
    unsigned invite_timeout, bye_timeout, bye_rejected, bad_answer, transport;
    unsigned peak_active, peak_established;
    uint64_t invite_rtx, bye_rtx, repeat_200, strays, server_byes, other_requests;
    uint64_t first_start, last_start, end;
    struct hist provisional, answer, bye, start_late;
} sip;

static struct {
    uint64_t sent, received, lost, lost_start, lost_mid, lost_end, dup, reordered;
    uint64_t altered, foreign, stale, send_errors, ticks_skipped;
    uint64_t gaps, gap_packets;
    unsigned calls, calls_without_rx;
    double rx_span, rx_intervals; /* for the mean packet rate of the server */
    struct hist rtt, pacing, tick_late;
    unsigned tone_calls;
    double tone_ratio_sum, tone_ratio_min;
} rtp;

/* ---------------------------------------------- SIP thread -> RTP thread */

enum media_op { OP_START, OP_STOP, OP_CLOSE };
struct media_cmd {
    enum media_op op;
    unsigned slot, gen, pt;
    struct sockaddr_in dst;
};

static struct media_cmd *cmd_ring;
static unsigned cmd_mask;
static _Atomic unsigned cmd_head, cmd_tail; /* written by SIP, by RTP */

static void media_post(struct media_cmd c)
{
    if (opt.media == MEDIA_NONE) return;
    unsigned h = atomic_load_explicit(&cmd_head, memory_order_relaxed);
    while (h - atomic_load_explicit(&cmd_tail, memory_order_acquire) > cmd_mask) sched_yield();
    cmd_ring[h & cmd_mask] = c;
    atomic_store_explicit(&cmd_head, h + 1, memory_order_release);
}

/* ------------------------------------------------------------- RTP thread */

#define FRAME_MAX 480
#define RTP_HDR 12
#define TICK (250000ull) /* spacing of the send buckets: 250 us */
#define STALL (100 * MS)  /* later than this, missed ticks are left out */
#define TONE_CALLS 8
#define TONE_BLOCK 1600

/*
 * Echo payload: the fields below as nibbles, one to a byte (0x90 | nibble), so
 * that they survive a mu-law decode and encode, then a fixed pattern.
 */
struct stamp {
    uint64_t magic, sent_ns;
    uint32_t slot, gen, seq;
} __attribute__((packed));
#define STAMP_MAGIC 0x6d726f7473636c61ull
#define STAMP_BYTES (2 * sizeof(struct stamp))

struct tone {
    double c, s1, s2, energy;
    unsigned n, blocks;
    double ratio_sum, ratio_min;
};

struct flow {
    unsigned gen, pt;
    bool open, sending;
    unsigned bucket, pos; /* place in the send schedule */
    struct sockaddr_in dst;
    uint16_t rtp_seq;
    uint32_t ts, ssrc;
    uint32_t sent;
    /* receive side; seq is ours in echo mode, the server's in listen mode */
    uint64_t got, window, first_at, last_at;
    uint32_t first_seq, high_seq;
    struct tone *tone;
};

static struct flow *flows;
static unsigned nslots;
static int *rtp_fds;
static uint16_t *rtp_ports;
static unsigned nrtp;
static uint8_t fill[FRAME_MAX];
static unsigned frame_bytes;

static struct { unsigned *slot, n, cap; } *buckets;
static unsigned nbuckets;

static unsigned rtp_index(unsigned slot) { return slot % nrtp; }

static void stamp_put(uint8_t *p, const struct stamp *s)
{
    const uint8_t *b = (const uint8_t *)s;
    for (unsigned i = 0; i < sizeof *s; i++) {
        p[2 * i] = 0x90 | (b[i] >> 4);
        p[2 * i + 1] = 0x90 | (b[i] & 15);
    }
}

static bool stamp_get(const uint8_t *p, struct stamp *s)
{
    uint8_t *b = (uint8_t *)s;
    for (unsigned i = 0; i < sizeof *s; i++) {
        if ((p[2 * i] & 0xf0) != 0x90 || (p[2 * i + 1] & 0xf0) != 0x90) return false;
        b[i] = (uint8_t)(p[2 * i] << 4 | (p[2 * i + 1] & 15));
    }
    return s->magic == STAMP_MAGIC;
}

static double pcm_of(uint8_t v, unsigned pt)
{
    if (pt == 8) { /* A-law */
        v ^= 0x55;
        int e = (v >> 4) & 7, m = (v & 15) << 4;
        m = e ? (m + 0x108) << (e - 1) : m + 8;
        return v & 0x80 ? m : -m;
    }
    v = (uint8_t)~v; /* mu-law */
    int m = ((((v & 15) << 3) + 0x84) << ((v >> 4) & 7)) - 0x84;
    return v & 0x80 ? -m : m;
}

/* Goertzel over blocks of 200 ms: what share of the energy lies at tone_hz. */
static void tone_feed(struct tone *t, const uint8_t *p, size_t n, unsigned pt)
{
    for (size_t i = 0; i < n; i++) {
        double x = pcm_of(p[i], pt), s = x + t->c * t->s1 - t->s2;
        t->s2 = t->s1;
        t->s1 = s;
        t->energy += x * x;
        if (++t->n < TONE_BLOCK) continue;
        double power = t->s1 * t->s1 + t->s2 * t->s2 - t->c * t->s1 * t->s2;
        double r = t->energy > 0 ? 2 * power / (TONE_BLOCK * t->energy) : 0;
        if (r > 1) r = 1;
        t->ratio_sum += r;
        if (!t->blocks++ || r < t->ratio_min) t->ratio_min = r;
        t->n = 0;
        t->s1 = t->s2 = t->energy = 0;
    }
}

static void flow_start(const struct media_cmd *c)
{
    static unsigned next_bucket, toned;
    struct flow *f = &flows[c->slot];
    struct tone *old = f->tone;
    *f = (struct flow){ .gen = c->gen, .pt = c->pt, .open = true, .sending = true, .dst = c->dst };
    f->tone = old;
    f->ssrc = c->slot * 2654435761u + c->gen;
    if (opt.media == MEDIA_LISTEN && !f->tone && toned < TONE_CALLS) {
        f->tone = xalloc(1, sizeof *f->tone);
        f->tone->c = 2 * cos(2 * M_PI * opt.tone_hz / 8000);
        toned++;
    }
    /* A stride prime to the bucket count spreads the calls over the period. */
    f->bucket = next_bucket;
    next_bucket = (next_bucket + 37) % nbuckets;
    f->pos = buckets[f->bucket].n++;
    if (f->pos == buckets[f->bucket].cap) {
        unsigned cap = buckets[f->bucket].cap = f->pos ? f->pos * 2 : 64;
        buckets[f->bucket].slot = realloc(buckets[f->bucket].slot, cap * sizeof(unsigned));
        if (!buckets[f->bucket].slot) die("out of memory");
    }
    buckets[f->bucket].slot[f->pos] = c->slot;
}

static void flow_stop(unsigned slot)
{
    struct flow *f = &flows[slot];
    if (!f->sending) return;
    f->sending = false;
    unsigned last = buckets[f->bucket].slot[--buckets[f->bucket].n];
    buckets[f->bucket].slot[f->pos] = last;
    flows[last].pos = f->pos;
}

static void flow_close(unsigned slot)
{
    struct flow *f = &flows[slot];
    if (!f->open) return;
    flow_stop(slot);
    f->open = false;
    rtp.calls++;
    if (!f->got) rtp.calls_without_rx++;
    if (opt.media == MEDIA_ECHO) {
        rtp.lost += f->sent - f->got;
        if (!f->got) {
            rtp.lost_start += f->sent;
        } else {
            rtp.lost_start += f->first_seq;
            rtp.lost_end += f->sent - 1 - f->high_seq;
            rtp.lost_mid += f->high_seq - f->first_seq + 1 - f->got;
        }
    } else if (f->got > 1) {
        rtp.lost += f->high_seq - f->first_seq + 1 - f->got;
        rtp.rx_span += (double)(f->last_at - f->first_at);
        rtp.rx_intervals += f->high_seq - f->first_seq;
    }
    if (f->tone && f->tone->blocks) {
        double mean = f->tone->ratio_sum / f->tone->blocks;
        if (!rtp.tone_calls++ || f->tone->ratio_min < rtp.tone_ratio_min)
            rtp.tone_ratio_min = f->tone->ratio_min;
        rtp.tone_ratio_sum += mean;
        free(f->tone);
        f->tone = NULL;
    }
}

/* Notes sequence number seq; false if it was seen before. */
static bool flow_seen(struct flow *f, uint32_t seq)
{
    if (!f->got) {
        f->first_seq = f->high_seq = seq;
        f->window = 1;
    } else if ((int32_t)(seq - f->high_seq) > 0) {
        uint32_t up = seq - f->high_seq;
        f->window = up < 64 ? f->window << up | 1 : 1;
        f->high_seq = seq;
    } else {
        uint32_t back = f->high_seq - seq;
        if (back < 64 && f->window >> back & 1) return false;
        if (back < 64) f->window |= 1ull << back;
        if ((int32_t)(seq - f->first_seq) < 0) f->first_seq = seq;
        rtp.reordered++;
    }
    f->got++;
    return true;
}

static void on_echo(unsigned slot, const uint8_t *p, size_t n, uint64_t at)
{
    struct stamp s;
    const uint8_t *body = p + RTP_HDR;
    if (n != RTP_HDR + frame_bytes || (p[0] & 0x3f) || !stamp_get(body, &s)) {
        rtp.foreign++;
        return;
    }
    if (nrtp < nslots) slot = s.slot;
    if (slot != s.slot || slot >= nslots || !flows[slot].open || flows[slot].gen != s.gen ||
        s.seq >= flows[slot].sent) {
        rtp.stale++;
        return;
    }
    if (memcmp(body + STAMP_BYTES, fill, frame_bytes - STAMP_BYTES)) rtp.altered++;
    if (!flow_seen(&flows[slot], s.seq)) {
        rtp.dup++;
        return;
    }
    rtp.received++;
    hist_add(&rtp.rtt, at > s.sent_ns ? at - s.sent_ns : 0);
}

static void on_listen(unsigned slot, const uint8_t *p, size_t n, uint64_t at)
{
    struct flow *f = &flows[slot];
    if (!f->open) {
        rtp.stale++;
        return;
    }
    unsigned pt = p[1] & 0x7f;
    uint16_t seq16 = (uint16_t)(p[2] << 8 | p[3]);
    uint32_t seq = f->got ? f->high_seq + (uint32_t)(int16_t)(seq16 - (uint16_t)f->high_seq)
                          : 0x10000u + seq16;
    uint64_t prev = f->last_at;
    uint32_t high = f->high_seq;
    bool first = !f->got;
    if (!flow_seen(f, seq)) {
        rtp.dup++;
        return;
    }
    rtp.received++;
    if (first) {
        f->first_at = f->last_at = at;
    } else if ((int32_t)(seq - high) > 0) {
        if (seq - high > 1) {
            rtp.gaps++;
            rtp.gap_packets += seq - high - 1;
        }
        int64_t dev = (int64_t)(at - prev) - (int64_t)((seq - high) * opt.ptime * MS);
        hist_add(&rtp.pacing, (uint64_t)(dev < 0 ? -dev : dev));
        f->last_at = at;
    }
    if (n != RTP_HDR + frame_bytes) rtp.altered++;
    if (f->tone && (pt == 0 || pt == 8)) tone_feed(f->tone, p + RTP_HDR, n - RTP_HDR, pt);
}

/* Listen mode with shared sockets: find the call by the server's address. */
static struct { uint64_t key; unsigned slot; } *by_addr;
static unsigned by_addr_mask;

static uint64_t addr_key(const struct sockaddr_in *a)
{
    return (uint64_t)a->sin_addr.s_addr << 16 | a->sin_port;
}

static unsigned *addr_slot(uint64_t key, bool add)
{
    unsigned i = (unsigned)(key * 0x9e3779b97f4a7c15ull >> 40) & by_addr_mask;
    while (by_addr[i].key && by_addr[i].key != key) i = (i + 1) & by_addr_mask;
    if (!by_addr[i].key) {
        if (!add) return NULL;
        by_addr[i].key = key;
    }
    return &by_addr[i].slot;
}

#define RX_BATCH 64
static uint64_t real_minus_mono;

static void rtp_receive(unsigned idx)
{
    static uint8_t buf[RX_BATCH][RTP_HDR + FRAME_MAX + 64];
    static struct { _Alignas(struct cmsghdr) char b[64]; } ctl[RX_BATCH];
    static struct sockaddr_in from[RX_BATCH];
    static struct iovec iov[RX_BATCH];
    static struct mmsghdr mm[RX_BATCH];
    bool shared = nrtp < nslots;
    bool want_from = shared && opt.media == MEDIA_LISTEN;
    unsigned vlen = shared ? RX_BATCH : 1;

    for (unsigned i = 0; i < vlen; i++) {
        iov[i] = (struct iovec){ buf[i], sizeof buf[i] };
        mm[i].msg_hdr = (struct msghdr){ .msg_iov = &iov[i], .msg_iovlen = 1,
            .msg_name = want_from ? &from[i] : NULL,
            .msg_namelen = want_from ? sizeof from[i] : 0,
            .msg_control = opt.kernel_stamp ? ctl[i].b : NULL,
            .msg_controllen = opt.kernel_stamp ? sizeof ctl[i].b : 0 };
    }
    int got = recvmmsg(rtp_fds[idx], mm, vlen, MSG_DONTWAIT, NULL);
    uint64_t now = now_ns();
    for (int i = 0; i < got; i++) {
        uint64_t at = now;
        struct cmsghdr *c = opt.kernel_stamp ? CMSG_FIRSTHDR(&mm[i].msg_hdr) : NULL;
        if (c && c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec ts;
            memcpy(&ts, CMSG_DATA(c), sizeof ts);
            at = (uint64_t)ts.tv_sec * SEC + (uint64_t)ts.tv_nsec - real_minus_mono;
        }
        if (mm[i].msg_len < RTP_HDR || (buf[i][0] & 0xc0) != 0x80) {
            rtp.foreign++;
            continue;
        }
        unsigned slot = idx;
        if (want_from) {
            unsigned *s = addr_slot(addr_key(&from[i]), false);
            if (!s) {
                rtp.stale++;
                continue;
            }
            slot = *s;
        }
        if (opt.media == MEDIA_ECHO) on_echo(slot, buf[i], mm[i].msg_len, at);
        else on_listen(slot, buf[i], mm[i].msg_len, at);
    }
    if (got > 0)
        atomic_fetch_add_explicit(&rtp_received, (uint64_t)got, memory_order_relaxed);
}

#define TX_BATCH 16
static uint8_t tx_buf[TX_BATCH][RTP_HDR + FRAME_MAX];
static struct iovec tx_iov[TX_BATCH];
static struct mmsghdr tx_mm[TX_BATCH];
static struct stamp tx_stamp[TX_BATCH];
static unsigned tx_n, tx_idx;

static void tx_flush(void)
{
    if (!tx_n) return;
    if (opt.media == MEDIA_ECHO) { /* stamp as late as can be */
        uint64_t now = now_ns();
        for (unsigned i = 0; i < tx_n; i++) {
            tx_stamp[i].sent_ns = now;
            stamp_put(tx_buf[i] + RTP_HDR, &tx_stamp[i]);
        }
    }
    unsigned done = 0;
    while (done < tx_n) {
        int n = sendmmsg(rtp_fds[tx_idx], tx_mm + done, tx_n - done, 0);
        if (n <= 0) {
            rtp.send_errors++;
            done++;
        } else {
            done += (unsigned)n;
        }
    }
    rtp.sent += tx_n;
    atomic_fetch_add_explicit(&rtp_sent, tx_n, memory_order_relaxed);
    tx_n = 0;
}

static void send_bucket(unsigned b)
{
    bool shared = nrtp < nslots;
    for (unsigned i = 0; i < buckets[b].n; i++) {
        unsigned slot = buckets[b].slot[i], idx = rtp_index(slot);
        struct flow *f = &flows[slot];
        if (tx_n == (shared ? TX_BATCH : 1) || (tx_n && idx != tx_idx)) tx_flush();
        uint8_t *p = tx_buf[tx_n];
        uint32_t ts = htonl(f->ts), ssrc = htonl(f->ssrc);
        p[0] = 0x80;
        p[1] = (uint8_t)((f->sent ? 0 : 0x80) | f->pt);
        p[2] = (uint8_t)(f->rtp_seq >> 8);
        p[3] = (uint8_t)f->rtp_seq;
        memcpy(p + 4, &ts, 4);
        memcpy(p + 8, &ssrc, 4);
        if (opt.media == MEDIA_ECHO) {
            tx_stamp[tx_n] = (struct stamp){ STAMP_MAGIC, 0, slot, f->gen, f->sent };
            memcpy(p + RTP_HDR + STAMP_BYTES, fill, frame_bytes - STAMP_BYTES);
        } else {
            memset(p + RTP_HDR, f->pt == 8 ? 0xd5 : 0xff, frame_bytes);
        }
        tx_iov[tx_n] = (struct iovec){ p, RTP_HDR + frame_bytes };
        tx_mm[tx_n].msg_hdr = (struct msghdr){ .msg_name = &f->dst, .msg_namelen = sizeof f->dst,
                                               .msg_iov = &tx_iov[tx_n], .msg_iovlen = 1 };
        tx_idx = idx;
        tx_n++;
        f->rtp_seq++;
        f->ts += frame_bytes;
        f->sent++;
    }
    tx_flush();
}

static unsigned run_commands(void)
{
    static unsigned sending;
    unsigned t = atomic_load_explicit(&cmd_tail, memory_order_relaxed);
    unsigned h = atomic_load_explicit(&cmd_head, memory_order_acquire);
    for (; t != h; t++) {
        const struct media_cmd *c = &cmd_ring[t & cmd_mask];
        bool was = flows[c->slot].sending;
        if (c->op == OP_START) {
            flow_start(c);
            if (by_addr) *addr_slot(addr_key(&c->dst), true) = c->slot;
        } else if (c->op == OP_STOP) {
            flow_stop(c->slot);
        } else {
            flow_close(c->slot);
        }
        sending += flows[c->slot].sending;
        sending -= was;
    }
    atomic_store_explicit(&cmd_tail, t, memory_order_release);
    return sending;
}

static void *media_main(void *arg)
{
    (void)arg;
    int ep = epoll_create1(0);
    for (unsigned i = 0; i < nrtp; i++) {
        struct epoll_event ev = { .events = EPOLLIN, .data.u32 = i };
        if (epoll_ctl(ep, EPOLL_CTL_ADD, rtp_fds[i], &ev)) die("epoll: %s", strerror(errno));
    }
    uint64_t due = now_ns() + TICK, clock_check = 0;
    unsigned bucket = 0;
    struct epoll_event ev[256];
    while (!atomic_load(&media_quit)) {
        unsigned sending = run_commands();
        uint64_t now = now_ns();
        if (now >= clock_check) {
            real_minus_mono = clock_ns(CLOCK_REALTIME) - now_ns();
            clock_check = now + 100 * MS;
        }
        if (!sending && now >= due) due = now + MS; /* idle: nothing is late */
        if (now >= due + STALL) { /* was off the CPU: resume, rather than send it all at once */
            hist_add(&rtp.tick_late, now - due);
            rtp.ticks_skipped += (now - due) / TICK;
            due += (now - due) / TICK * TICK;
        }
        while (now >= due) {
            if (buckets[bucket].n) hist_add(&rtp.tick_late, now - due);
            send_bucket(bucket);
            bucket = (bucket + 1) % nbuckets;
            due += TICK;
            now = now_ns();
            if (now >= due) break; /* behind: read what has come in before going on */
        }
        for (unsigned i = 0; i < 4 && now < due && !buckets[bucket].n; i++) { /* nothing due */
            bucket = (bucket + 1) % nbuckets;
            due += TICK;
        }
        struct timespec wait = { 0, now < due ? (long)(due - now) : 0 };
        int n = epoll_pwait2(ep, ev, 256, &wait, NULL);
        for (int i = 0; i < n; i++) rtp_receive(ev[i].data.u32);
    }
    run_commands();
    for (unsigned i = 0; i < nslots; i++) flow_close(i);
    close(ep);
    return NULL;
}

static void media_open(void)
{
    nrtp = opt.rtp_sockets && opt.rtp_sockets < nslots ? opt.rtp_sockets : nslots;
    frame_bytes = 8 * opt.ptime;
    rtp_ports = xalloc(nrtp, sizeof *rtp_ports);
    if (opt.media == MEDIA_NONE) { /* the offer names a port, nothing uses it */
        for (unsigned i = 0; i < nrtp; i++)
            rtp_ports[i] = (uint16_t)(opt.rtp_base + 2 * (i % ((65536 - opt.rtp_base) / 2)));
        return;
    }
    flows = xalloc(nslots, sizeof *flows);
    rtp_fds = xalloc(nrtp, sizeof *rtp_fds);
    for (unsigned i = 0; i < FRAME_MAX; i++) fill[i] = (uint8_t)(0x80 | (i * 29 % 112));
    nbuckets = (unsigned)(opt.ptime * MS / TICK);
    buckets = xalloc(nbuckets, sizeof *buckets);
    for (cmd_mask = 8192; cmd_mask < 4 * nslots; cmd_mask *= 2) {}
    cmd_ring = xalloc(cmd_mask--, sizeof *cmd_ring);
    if (nrtp < nslots && opt.media == MEDIA_LISTEN) {
        by_addr_mask = (1u << 17) - 1;
        by_addr = xalloc(by_addr_mask + 1, sizeof *by_addr);
    }
    unsigned port = opt.rtp_base;
    for (unsigned i = 0; i < nrtp; i++) {
        int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), one = 1, big = 4 << 20;
        if (fd < 0) die("socket: %s (see ulimit -n)", strerror(errno));
        struct sockaddr_in a = { .sin_family = AF_INET };
        inet_pton(AF_INET, opt.local_ip, &a.sin_addr);
        do { /* a port that something else holds is passed over */
            if (port > 65534) die("ran out of RTP ports: lower --rtp-base or --concurrent");
            a.sin_port = htons((uint16_t)port);
            port += 2;
        } while (bind(fd, (struct sockaddr *)&a, sizeof a));
        if (opt.kernel_stamp) setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
        if (nrtp < nslots) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
        rtp_fds[i] = fd;
        rtp_ports[i] = ntohs(a.sin_port);
    }
}

/* --------------------------------------------------------- SIP: messages */

struct slice { const char *p; size_t n; };

struct msg {
    int status;          /* 0 for a request */
    struct slice method; /* of the request, or of CSeq in a response */
    struct slice via[8], from, to, call_id, cseq, contact;
    unsigned nvia;
    size_t body_len;
    const char *body;
};

static struct slice trim(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t')) p++;
    while (end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) end--;
    return (struct slice){ p, (size_t)(end - p) };
}

static bool is(struct slice s, const char *word)
{
    return s.n == strlen(word) && !strncasecmp(s.p, word, s.n);
}

static bool msg_parse(struct msg *m, const char *p, size_t len)
{
    const char *end = p + len, *eol = memchr(p, '\n', len);
    memset(m, 0, sizeof *m);
    if (!eol) return false;
    struct slice first = trim(p, eol);
    if (first.n >= 11 && !strncmp(first.p, "SIP/2.0 ", 8)) {
        m->status = atoi(first.p + 8);
        if (m->status < 100 || m->status > 699) return false;
    } else {
        const char *sp = memchr(first.p, ' ', first.n);
        if (!sp) return false;
        m->method = (struct slice){ first.p, (size_t)(sp - first.p) };
    }
    size_t content = SIZE_MAX;
    for (p = eol + 1;; p = eol + 1) {
        eol = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
        if (!eol) return false;
        if (trim(p, eol).n == 0) break;
        const char *colon = memchr(p, ':', (size_t)(eol - p));
        if (!colon) continue;
        struct slice name = trim(p, colon), value = trim(colon + 1, eol);
        char c = (char)tolower((unsigned char)name.p[0]);
        if (name.n == 1) {
            if (c == 'v' && m->nvia < 8) m->via[m->nvia++] = value;
            else if (c == 'f') m->from = value;
            else if (c == 't') m->to = value;
            else if (c == 'i') m->call_id = value;
            else if (c == 'm') m->contact = value;
            else if (c == 'l') content = (size_t)atol(value.p);
        } else if (c == 'v' && is(name, "Via")) {
            if (m->nvia < 8) m->via[m->nvia++] = value;
        } else if (c == 'f' && is(name, "From")) {
            m->from = value;
        } else if (c == 't' && is(name, "To")) {
            m->to = value;
        } else if (c == 'c') {
            if (is(name, "Call-ID")) m->call_id = value;
            else if (is(name, "CSeq")) m->cseq = value;
            else if (is(name, "Contact")) m->contact = value;
            else if (is(name, "Content-Length")) content = (size_t)atol(value.p);
        }
    }
    m->body = eol + 1;
    m->body_len = (size_t)(end - m->body);
    if (content < m->body_len) m->body_len = content;
    if (m->status && m->cseq.n) {
        const char *sp = memchr(m->cseq.p, ' ', m->cseq.n);
        if (sp) m->method = trim(sp, m->cseq.p + m->cseq.n);
    }
    return m->call_id.n && m->cseq.n && m->from.n && m->to.n;
}

static struct slice contact_uri(struct slice c)
{
    const char *end = c.p + c.n, *lt = memchr(c.p, '<', c.n);
    if (lt) {
        const char *gt = memchr(lt, '>', (size_t)(end - lt));
        return (struct slice){ lt + 1, (size_t)((gt ? gt : end) - lt - 1) };
    }
    const char *semi = memchr(c.p, ';', c.n);
    return trim(c.p, semi ? semi : end);
}

/* The numeric address a URI names; the target itself where there is none. */
static struct sockaddr_in uri_addr(struct slice u)
{
    struct sockaddr_in a = opt.target;
    const char *end = u.p + u.n, *p = memchr(u.p, ':', u.n);
    char host[64];
    size_t n = 0;
    if (!p) return a;
    const char *at = memchr(p, '@', (size_t)(end - p));
    for (p = (at ? at : p) + 1; p < end && !strchr(":;?>", *p) && n < sizeof host - 1; p++)
        host[n++] = *p;
    host[n] = 0;
    struct in_addr ip;
    if (inet_pton(AF_INET, host, &ip) != 1) return a;
    a.sin_addr = ip;
    a.sin_port = htons(p < end && *p == ':' ? (uint16_t)atoi(p + 1) : 5060);
    return a;
}

/* The audio address and payload type of an SDP answer. */
static bool sdp_parse(const char *p, size_t len, struct sockaddr_in *dst, unsigned *pt)
{
    const char *end = p + len;
    bool audio = false, other = false;
    int port = 0;
    struct in_addr ip = opt.target.sin_addr;
    *pt = 128;
    while (p < end) {
        const char *eol = memchr(p, '\n', (size_t)(end - p));
        char line[256];
        size_t n = (size_t)((eol ? eol : end) - p);
        if (n >= sizeof line) n = sizeof line - 1;
        memcpy(line, p, n);
        line[n] = 0;
        char addr[64];
        int used = 0;
        if (line[0] == 'm') {
            other = audio;
            if (!audio && sscanf(line, "m=audio %d RTP/AVP%n", &port, &used) == 1 && used) {
                audio = true;
                char *q = line + used;
                for (char *e; *pt == 128; q = e) {
                    long v = strtol(q, &e, 10);
                    if (e == q) break;
                    if (v == 0 || v == 8) *pt = (unsigned)v;
                }
            } else if (!audio) {
                other = true;
            }
        } else if (!other && sscanf(line, "c=IN IP4 %63[0-9.]", addr) == 1) {
            inet_pton(AF_INET, addr, &ip);
        }
        p = eol ? eol + 1 : end;
    }
    *dst = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                 .sin_addr = ip };
    return audio && port > 0 && *pt != 128;
}

/* -------------------------------------------------------- SIP: transport */

#define SIP_MAX 4096
#define SIP_BATCH 64

static int sip_fd;
static uint16_t sip_port;
static char out_udp[SIP_BATCH][SIP_MAX];
static struct sockaddr_in out_dst[SIP_BATCH];
static struct iovec out_iov[SIP_BATCH];
static struct mmsghdr out_mm[SIP_BATCH];
static unsigned out_n;
static char *tcp_out;
static size_t tcp_out_len, tcp_out_cap;
static bool tcp_blocked, tcp_broken;
static int sip_ep;

static void sip_flush(void)
{
    if (!opt.tcp) {
        for (unsigned done = 0; done < out_n;) {
            int n = sendmmsg(sip_fd, out_mm + done, out_n - done, 0);
            done += n > 0 ? (unsigned)n : 1;
        }
        out_n = 0;
        return;
    }
    size_t done = 0;
    while (done < tcp_out_len) {
        ssize_t n = send(sip_fd, tcp_out + done, tcp_out_len - done, MSG_NOSIGNAL);
        if (n < 0) {
            if (errno != EAGAIN) tcp_broken = true;
            break;
        }
        done += (size_t)n;
    }
    memmove(tcp_out, tcp_out + done, tcp_out_len - done);
    tcp_out_len -= done;
    bool blocked = tcp_out_len > 0;
    if (blocked != tcp_blocked) {
        struct epoll_event ev = { .events = EPOLLIN | (blocked ? EPOLLOUT : 0) };
        epoll_ctl(sip_ep, EPOLL_CTL_MOD, sip_fd, &ev);
        tcp_blocked = blocked;
    }
}

/* Queues one message; SIP text longer than SIP_MAX is never built here. */
__attribute__((format(printf, 2, 3)))
static void sip_send(struct sockaddr_in dst, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (opt.tcp) {
        if (tcp_out_cap - tcp_out_len < SIP_MAX) {
            tcp_out_cap = tcp_out_cap ? tcp_out_cap * 2 : 1 << 20;
            tcp_out = realloc(tcp_out, tcp_out_cap);
            if (!tcp_out) die("out of memory");
        }
        int n = vsnprintf(tcp_out + tcp_out_len, SIP_MAX, fmt, ap);
        if (n > 0 && n < SIP_MAX) tcp_out_len += (size_t)n;
        if (tcp_out_len > 60000 && !tcp_blocked) sip_flush();
    } else {
        if (out_n == SIP_BATCH) sip_flush();
        int n = vsnprintf(out_udp[out_n], SIP_MAX, fmt, ap);
        if (n > 0 && n < SIP_MAX) {
            out_dst[out_n] = dst;
            out_iov[out_n] = (struct iovec){ out_udp[out_n], (size_t)n };
            out_mm[out_n].msg_hdr = (struct msghdr){ .msg_name = &out_dst[out_n],
                .msg_namelen = sizeof dst, .msg_iov = &out_iov[out_n], .msg_iovlen = 1 };
            out_n++;
        }
    }
    va_end(ap);
}

/* ------------------------------------------------------------ SIP: calls */

enum call_state { FREE, INVITING, PROCEEDING, UP, DRAINING, ENDING };

struct call {
    enum call_state state;
    unsigned gen, given_up_gen; /* given up: the INVITE timed out */
    bool failed;
    uint64_t invite_at, bye_at, rtx_at, rtx_gap, limit, timer;
    unsigned prev, next; /* timer wheel links, index + 1 */
    struct sockaddr_in peer;
    char to[200], uri[200];
};

static struct call *calls;
static unsigned *free_ring, free_head, free_count;
static uint32_t run_id;

/* Timer wheel: 1 ms slots; a timer further off than one turn just stays. */
#define WHEEL 4096u
static unsigned wheel[WHEEL];
static uint64_t wheel_used[WHEEL / 64];
static uint64_t wheel_tick;

static void timer_clear(struct call *c)
{
    if (!c->timer) return;
    unsigned w = (unsigned)(c->timer % WHEEL);
    if (c->prev) calls[c->prev - 1].next = c->next;
    else wheel[w] = c->next;
    if (c->next) calls[c->next - 1].prev = c->prev;
    if (!wheel[w]) wheel_used[w / 64] &= ~(1ull << w % 64);
    c->timer = 0;
}

static void timer_set(struct call *c, uint64_t at)
{
    timer_clear(c);
    uint64_t tick = (at + MS - 1) / MS;
    if (tick <= wheel_tick) tick = wheel_tick + 1;
    unsigned w = (unsigned)(tick % WHEEL), me = (unsigned)(c - calls) + 1;
    c->timer = tick;
    c->prev = 0;
    c->next = wheel[w];
    if (c->next) calls[c->next - 1].prev = me;
    wheel[w] = me;
    wheel_used[w / 64] |= 1ull << w % 64;
}

/* Milliseconds to the next wheel slot in use, at most a turn. */
static uint64_t wheel_next(void)
{
    for (unsigned i = 1; i <= WHEEL;) {
        unsigned w = (unsigned)((wheel_tick + i) % WHEEL);
        uint64_t bits = wheel_used[w / 64] >> w % 64;
        if (bits) return i + (unsigned)__builtin_ctzll(bits);
        i += 64 - w % 64;
    }
    return WHEEL;
}

#define TRANSPORT (opt.tcp ? "TCP" : "UDP")
#define VIA_FMT "Via: SIP/2.0/%s %s:%u;branch=z9hG4bK%08x-%x-%x-%u;rport\r\n"
#define VIA_ARG(slot, gen, cseq) TRANSPORT, opt.local_ip, sip_port, run_id, slot, gen, cseq
#define ID_FMT "From: <sip:callstorm@%s:%u>;tag=%08x-%x-%x\r\nCall-ID: %08x-%x-%x@%s\r\n"
#define ID_ARG(slot, gen) \
    opt.local_ip, sip_port, run_id, slot, gen, run_id, slot, gen, opt.local_ip

static void send_invite(struct call *c)
{
    unsigned slot = (unsigned)(c - calls);
    char sdp[400];
    int n = snprintf(sdp, sizeof sdp,
        "v=0\r\no=callstorm %u %u IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
        "m=audio %u RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
        "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:%u\r\na=sendrecv\r\n",
        slot + 1, c->gen, opt.local_ip, opt.local_ip, rtp_ports[rtp_index(slot)], opt.ptime);
    sip_send(opt.target,
        "INVITE sip:%s@%s SIP/2.0\r\n" VIA_FMT "Max-Forwards: 70\r\n" ID_FMT
        "To: <sip:%s@%s>\r\nCSeq: 1 INVITE\r\n"
        "Contact: <sip:callstorm@%s:%u%s>\r\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS\r\n"
        "User-Agent: callstorm\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
        opt.user, opt.target_text, VIA_ARG(slot, c->gen, 1u), ID_ARG(slot, c->gen),
        opt.user, opt.target_text, opt.local_ip, sip_port, opt.tcp ? ";transport=tcp" : "",
        n, sdp);
}

/* ACK of a 2xx has a branch of its own, ACK of another final the INVITE's. */
static void send_ack(unsigned slot, unsigned gen, struct sockaddr_in dst, struct slice uri,
                     struct slice to, bool success)
{
    sip_send(dst,
        "ACK %.*s SIP/2.0\r\n" VIA_FMT "Max-Forwards: 70\r\n" ID_FMT
        "To: %.*s\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n",
        (int)uri.n, uri.p, VIA_ARG(slot, gen, success ? 2u : 1u), ID_ARG(slot, gen),
        (int)to.n, to.p);
}

static void send_bye(unsigned slot, unsigned gen, struct sockaddr_in dst, struct slice uri,
                     struct slice to)
{
    sip_send(dst,
        "BYE %.*s SIP/2.0\r\n" VIA_FMT "Max-Forwards: 70\r\n" ID_FMT
        "To: %.*s\r\nCSeq: 2 BYE\r\nContent-Length: 0\r\n\r\n",
        (int)uri.n, uri.p, VIA_ARG(slot, gen, 3u), ID_ARG(slot, gen), (int)to.n, to.p);
}

static void send_reply(const struct msg *m, const char *status)
{
    char via[2048];
    size_t n = 0;
    for (unsigned i = 0; i < m->nvia && n < sizeof via - 1; i++)
        n += (size_t)snprintf(via + n, sizeof via - n, "Via: %.*s\r\n", (int)m->via[i].n,
                              m->via[i].p);
    if (n >= sizeof via) return;
    sip_send(opt.target,
        "SIP/2.0 %s\r\n%sFrom: %.*s\r\nTo: %.*s\r\nCall-ID: %.*s\r\nCSeq: %.*s\r\n"
        "Content-Length: 0\r\n\r\n",
        status, via, (int)m->from.n, m->from.p, (int)m->to.n, m->to.p, (int)m->call_id.n,
        m->call_id.p, (int)m->cseq.n, m->cseq.p);
}

static struct slice text(const char *s) { return (struct slice){ s, strlen(s) }; }

static void call_end(struct call *c)
{
    unsigned slot = (unsigned)(c - calls);
    timer_clear(c);
    if (c->state >= UP) {
        atomic_fetch_sub(&calls_established, 1);
        media_post((struct media_cmd){ .op = OP_CLOSE, .slot = slot });
    }
    if (c->failed) sip.failed++;
    else sip.ok++;
    c->state = FREE;
    atomic_fetch_sub(&calls_active, 1);
    free_ring[(free_head + free_count++) % nslots] = slot;
}

static void call_fail(struct call *c, unsigned *cause)
{
    if (!c->failed) ++*cause;
    c->failed = true;
    call_end(c);
}

static void call_start(uint64_t now)
{
    unsigned slot = free_ring[free_head];
    struct call *c = &calls[slot];
    free_head = (free_head + 1) % nslots;
    free_count--;
    c->gen++;
    c->state = INVITING;
    c->failed = false;
    c->invite_at = now;
    c->rtx_gap = T1;
    c->rtx_at = opt.tcp ? UINT64_MAX : now + T1;
    c->limit = now + (uint64_t)(opt.timeout * 1e9);
    timer_set(c, c->rtx_at < c->limit ? c->rtx_at : c->limit);
    send_invite(c);
    sip.attempted++;
    unsigned active = atomic_fetch_add(&calls_active, 1) + 1;
    if (active > sip.peak_active) sip.peak_active = active;
    if (!sip.first_start) sip.first_start = now;
    sip.last_start = now;
}

static void call_bye(struct call *c, uint64_t now)
{
    c->state = ENDING;
    c->bye_at = now;
    c->rtx_gap = T1;
    c->rtx_at = opt.tcp ? UINT64_MAX : now + T1;
    c->limit = now + (uint64_t)(opt.timeout * 1e9);
    timer_set(c, c->rtx_at < c->limit ? c->rtx_at : c->limit);
    send_bye((unsigned)(c - calls), c->gen, c->peer, text(c->uri), text(c->to));
}

/* The hold is over: stop the media, let what is in flight land, then BYE. */
static void call_hang_up(struct call *c, uint64_t now)
{
    if (opt.media == MEDIA_NONE || opt.drain <= 0) {
        call_bye(c, now);
        return;
    }
    media_post((struct media_cmd){ .op = OP_STOP, .slot = (unsigned)(c - calls) });
    c->state = DRAINING;
    timer_set(c, now + (uint64_t)(opt.drain * 1e9));
}

static void call_timer(struct call *c, uint64_t now)
{
    switch (c->state) {
    case INVITING:
    case PROCEEDING:
    case ENDING:
        if (now >= c->limit) {
            if (c->state == ENDING) {
                call_fail(c, &sip.bye_timeout);
            } else {
                c->given_up_gen = c->gen;
                call_fail(c, &sip.invite_timeout);
            }
            return;
        }
        if (now >= c->rtx_at) {
            if (c->state == INVITING) {
                send_invite(c);
                sip.invite_rtx++;
                c->rtx_gap *= 2;
            } else {
                send_bye((unsigned)(c - calls), c->gen, c->peer, text(c->uri), text(c->to));
                sip.bye_rtx++;
                c->rtx_gap = c->rtx_gap * 2 < T2 ? c->rtx_gap * 2 : T2;
            }
            c->rtx_at = now + c->rtx_gap;
        }
        timer_set(c, c->rtx_at < c->limit ? c->rtx_at : c->limit);
        return;
    case UP:
        call_hang_up(c, now);
        return;
    case DRAINING:
        call_bye(c, now);
        return;
    case FREE:
        return;
    }
}

static void run_timers(uint64_t now)
{
    uint64_t tick = now / MS;
    while (wheel_tick < tick) {
        wheel_tick++;
        unsigned w = (unsigned)(wheel_tick % WHEEL);
        for (unsigned i = wheel[w], next; i; i = next) {
            struct call *c = &calls[i - 1];
            next = c->next;
            if (c->timer > wheel_tick) continue;
            timer_clear(c);
            call_timer(c, now);
        }
    }
}

static bool call_of(const struct msg *m, unsigned *slot, unsigned *gen)
{
    char id[64];
    unsigned run;
    size_t n = m->call_id.n < sizeof id - 1 ? m->call_id.n : sizeof id - 1;
    memcpy(id, m->call_id.p, n);
    id[n] = 0;
    return sscanf(id, "%8x-%x-%x@", &run, slot, gen) == 3 && run == run_id && *slot < nslots;
}

static void on_answer(struct call *c, const struct msg *m, uint64_t now)
{
    unsigned slot = (unsigned)(c - calls), pt = 0;
    struct slice uri = contact_uri(m->contact);
    struct sockaddr_in dst;
    bool good = sdp_parse(m->body, m->body_len, &dst, &pt);
    if (!uri.n || uri.n >= sizeof c->uri || m->to.n >= sizeof c->to) good = false;
    if (!uri.n) snprintf(c->uri, sizeof c->uri, "sip:%s@%s", opt.user, opt.target_text);
    else snprintf(c->uri, sizeof c->uri, "%.*s", (int)uri.n, uri.p);
    snprintf(c->to, sizeof c->to, "%.*s", (int)m->to.n, m->to.p);
    c->peer = uri_addr(text(c->uri));
    send_ack(slot, c->gen, c->peer, text(c->uri), text(c->to), true);
    hist_add(&sip.answer, now - c->invite_at);
    c->state = UP;
    unsigned up = atomic_fetch_add(&calls_established, 1) + 1;
    if (up > sip.peak_established) sip.peak_established = up;
    timer_clear(c);
    if (!good) {
        sip.bad_answer++;
        c->failed = true;
        call_bye(c, now);
        return;
    }
    media_post((struct media_cmd){ OP_START, slot, c->gen, pt, dst });
    if (opt.plateau && !stop_requested) return;
    if (opt.hold > 0 && !stop_requested) timer_set(c, now + (uint64_t)(opt.hold * 1e9));
    else call_hang_up(c, now);
}

static void on_response(const struct msg *m, uint64_t now)
{
    unsigned slot, gen;
    if (!call_of(m, &slot, &gen)) {
        sip.strays++;
        return;
    }
    struct call *c = &calls[slot];
    bool live = c->gen == gen && c->state != FREE;
    if (is(m->method, "INVITE")) {
        bool open = live && (c->state == INVITING || c->state == PROCEEDING);
        if (m->status < 200) {
            if (open && c->state == INVITING) {
                hist_add(&sip.provisional, now - c->invite_at);
                c->state = PROCEEDING;
                c->rtx_at = UINT64_MAX;
                timer_set(c, c->limit);
            }
        } else if (m->status < 300) {
            if (open) {
                on_answer(c, m, now);
            } else {
                struct slice uri = contact_uri(m->contact);
                sip.repeat_200++;
                send_ack(slot, gen, uri_addr(uri), uri, m->to, true);
                if (c->given_up_gen == gen && gen)
                    send_bye(slot, gen, uri_addr(uri), uri, m->to);
            }
        } else {
            char uri[160];
            snprintf(uri, sizeof uri, "sip:%s@%s", opt.user, opt.target_text);
            send_ack(slot, gen, opt.target, text(uri), m->to, false);
            if (open) call_fail(c, &sip.by_code[m->status]);
        }
    } else if (is(m->method, "BYE") && live && c->state == ENDING && m->status >= 200) {
        hist_add(&sip.bye, now - c->bye_at);
        if (m->status < 300) call_end(c);
        else call_fail(c, &sip.bye_rejected);
    }
}

static void on_request(const struct msg *m)
{
    unsigned slot, gen;
    if (is(m->method, "ACK")) return;
    if (!is(m->method, "BYE")) {
        sip.other_requests++;
        send_reply(m, is(m->method, "OPTIONS") ? "200 OK" : "405 Method Not Allowed");
        return;
    }
    if (!call_of(m, &slot, &gen) || calls[slot].gen - gen > 1000) {
        send_reply(m, "481 Call/Transaction Does Not Exist");
        return;
    }
    send_reply(m, "200 OK");
    struct call *c = &calls[slot];
    if (c->gen == gen && (c->state == UP || c->state == DRAINING)) {
        sip.server_byes++;
        call_end(c);
    }
}

static void on_message(const char *p, size_t n, uint64_t now)
{
    struct msg m;
    if (!msg_parse(&m, p, n)) {
        sip.strays++;
        return;
    }
    if (m.status) on_response(&m, now);
    else on_request(&m);
}

static void sip_receive_udp(void)
{
    static char buf[SIP_BATCH][SIP_MAX];
    static struct iovec iov[SIP_BATCH];
    static struct mmsghdr mm[SIP_BATCH];
    int n;
    do {
        for (unsigned i = 0; i < SIP_BATCH; i++) {
            iov[i] = (struct iovec){ buf[i], SIP_MAX };
            mm[i].msg_hdr = (struct msghdr){ .msg_iov = &iov[i], .msg_iovlen = 1 };
        }
        n = recvmmsg(sip_fd, mm, SIP_BATCH, MSG_DONTWAIT, NULL);
        uint64_t now = now_ns();
        for (int i = 0; i < n; i++)
            if (mm[i].msg_len > 4) on_message(buf[i], mm[i].msg_len, now);
        sip_flush();
    } while (n == SIP_BATCH);
}

/* The length of the first whole message in p, 0 if there is none yet. */
static size_t tcp_frame(const char *p, size_t n)
{
    const char *end = memmem(p, n, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - p) + 4, body = 0;
    for (const char *q = p; q < end;) {
        q = memchr(q, '\n', (size_t)(end - q) + 2);
        if (!q || ++q >= end) break;
        if (!strncasecmp(q, "Content-Length", 14)) q += 14;
        else if ((*q == 'l' || *q == 'L') && (q[1] == ':' || q[1] == ' ')) q += 1;
        else continue;
        while (*q == ' ' || *q == '\t') q++;
        if (*q == ':') body = (size_t)strtoul(q + 1, NULL, 10);
    }
    return head + body <= n ? head + body : 0;
}

static void sip_receive_tcp(void)
{
    static char buf[1 << 20];
    static size_t len;
    ssize_t n = recv(sip_fd, buf + len, sizeof buf - len, MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN)) tcp_broken = true;
    if (n <= 0) return;
    len += (size_t)n;
    uint64_t now = now_ns();
    size_t at = 0, frame;
    for (;;) {
        while (at < len && (buf[at] == '\r' || buf[at] == '\n')) at++;
        frame = tcp_frame(buf + at, len - at);
        if (!frame) break;
        on_message(buf + at, frame, now);
        at += frame;
    }
    memmove(buf, buf + at, len - at);
    len -= at;
    if (len == sizeof buf) die("a SIP message over TCP is longer than %zu bytes", sizeof buf);
    sip_flush();
}

static void end_all(uint64_t now, bool broken)
{
    for (unsigned i = 0; i < nslots; i++) {
        struct call *c = &calls[i];
        if (c->state == FREE) continue;
        if (broken) call_fail(c, &sip.transport);
        else if (c->state == UP) call_hang_up(c, now);
    }
}

/* Opens and closes the steady window; in a plateau also starts the holds. */
static void watch_phase(uint64_t now)
{
    static uint64_t window_end;
    unsigned up = atomic_load(&calls_established), active = atomic_load(&calls_active);
    uint64_t hold = (uint64_t)(opt.hold * 1e9);
    bool all_started = sip.attempted == opt.calls;
    if (phase == 0 && opt.plateau) {
        if (!all_started || up != active || !up) return;
        window_end = now + hold;
        unsigned k = 0;
        for (unsigned i = 0; i < nslots; i++)
            if (calls[i].state == UP) /* the BYEs go out at the call rate too */
                timer_set(&calls[i], window_end +
                          (opt.rate > 0 ? (uint64_t)(k++ * 1e9 / opt.rate) : 0));
        phase = 1;
    } else if (phase == 0) {
        if (sip.first_start && (now > sip.first_start + hold || active == opt.concurrent))
            phase = 1;
    } else if (phase == 1) {
        if (opt.plateau ? now >= window_end || !active : all_started) phase = 2;
    }
}

static void *sip_main(void *arg)
{
    (void)arg;
    uint64_t due = now_ns() + 10 * MS, gap = opt.rate > 0 ? (uint64_t)(1e9 / opt.rate) : 0;
    bool stopping = false;
    wheel_tick = now_ns() / MS;
    for (;;) {
        uint64_t now = now_ns();
        if (stop_requested && !stopping) {
            stopping = true;
            opt.calls = sip.attempted;
            end_all(now, false);
        }
        if (tcp_broken) {
            opt.calls = sip.attempted;
            end_all(now, true);
        }
        run_timers(now);
        for (unsigned burst = 0; burst < 64 && sip.attempted < opt.calls && now >= due; burst++) {
            if (!free_count) { /* at the cap: what is due now is put off, not owed */
                due = now;
                break;
            }
            if (gap) hist_add(&sip.start_late, now - due);
            call_start(now);
            due += gap;
        }
        watch_phase(now);
        sip_flush();
        if (sip.attempted >= opt.calls && !atomic_load(&calls_active)) break;

        now = now_ns();
        uint64_t wake = (wheel_tick + wheel_next()) * MS;
        if (sip.attempted < opt.calls && free_count && due < wake) wake = due;
        if (wake > now + 20 * MS) wake = now + 20 * MS;
        struct timespec wait = { 0, wake > now ? (long)(wake - now) : 0 };
        struct epoll_event ev;
        if (epoll_pwait2(sip_ep, &ev, 1, &wait, NULL) == 1) {
            if (ev.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
                if (opt.tcp) sip_receive_tcp();
                else sip_receive_udp();
            } else if (ev.events & EPOLLOUT) {
                sip_flush();
            }
        }
    }
    sip.end = now_ns();
    phase = 2;
    sip_done = true;
    return NULL;
}

static void sip_open(void)
{
    int big = 4 << 20, one = 1;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)opt.sip_port) };
    if (inet_pton(AF_INET, opt.local_ip, &a.sin_addr) != 1) die("bad --local-ip");
    sip_fd = socket(AF_INET, (opt.tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
    setsockopt(sip_fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
    setsockopt(sip_fd, SOL_SOCKET, SO_SNDBUF, &big, sizeof big);
    if (bind(sip_fd, (struct sockaddr *)&a, sizeof a)) die("bind: %s", strerror(errno));
    if (opt.tcp) {
        if (connect(sip_fd, (struct sockaddr *)&opt.target, sizeof opt.target))
            die("connect %s: %s", opt.target_text, strerror(errno));
        setsockopt(sip_fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        fcntl(sip_fd, F_SETFL, O_NONBLOCK);
    }
    socklen_t n = sizeof a;
    getsockname(sip_fd, (struct sockaddr *)&a, &n);
    sip_port = ntohs(a.sin_port);
    sip_ep = epoll_create1(0);
    struct epoll_event ev = { .events = EPOLLIN };
    epoll_ctl(sip_ep, EPOLL_CTL_ADD, sip_fd, &ev);
    calls = xalloc(nslots, sizeof *calls);
    free_ring = xalloc(nslots, sizeof *free_ring);
    for (unsigned i = 0; i < nslots; i++) free_ring[free_count++] = i;
    run_id = (uint32_t)(clock_ns(CLOCK_REALTIME) * 2654435761u >> 16) ^ (uint32_t)getpid();
}

/* ------------------------------------------------------- server sampling */

struct usage { double cpu_us, user_us, sys_us, rss_kib; unsigned procs, threads; };

static void usage_of(pid_t pid, struct usage *u, unsigned depth)
{
    char path[80], buf[2048], *p;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *f = fopen(path, "r");
    if (!f) return;
    size_t n = fread(buf, 1, sizeof buf - 1, f);
    fclose(f);
    buf[n] = 0;
    unsigned long ut, st;
    long cut, cst, threads, rss;
    p = strrchr(buf, ')');
    if (!p || sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld %*d %*d "
                     "%ld %*d %*u %*u %ld", &ut, &st, &cut, &cst, &threads, &rss) != 6) return;
    double tick = 1e6 / (double)sysconf(_SC_CLK_TCK);
    clockid_t clk;
    struct timespec ts;
    /* The CPU clock counts in ns; stat, in ticks, only where that is refused. */
    if (!clock_getcpuclockid(pid, &clk) && !clock_gettime(clk, &ts))
        u->cpu_us += (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
    else
        u->cpu_us += (double)(ut + st) * tick;
    u->cpu_us += (double)(cut + cst) * tick; /* children that have ended */
    u->user_us += (double)ut * tick;
    u->sys_us += (double)st * tick;
    u->rss_kib += (double)rss * (double)sysconf(_SC_PAGESIZE) / 1024;
    u->procs++;
    u->threads += (unsigned)threads;
    if (depth > 8) return;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
    f = fopen(path, "r");
    if (!f) return;
    for (int child; fscanf(f, "%d", &child) == 1;) usage_of(child, u, depth + 1);
    fclose(f);
}

static struct usage usage_now(void)
{
    struct usage u = { 0 };
    for (int i = 0; i < opt.npids; i++) usage_of(opt.pids[i], &u, 0);
    return u;
}

/* CPU time all processes together have used, in us. */
static double busy_us(void)
{
    FILE *f = fopen("/proc/stat", "r");
    double v[8] = { 0 };
    if (!f) return 0;
    int n = fscanf(f, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &v[0], &v[1], &v[2], &v[3], &v[4],
                   &v[5], &v[6], &v[7]); /* v[3] idle, v[4] waiting for a disk */
    fclose(f);
    return n < 8 ? 0 : (v[0] + v[1] + v[2] + v[5] + v[6] + v[7]) * 1e6 / (double)sysconf(_SC_CLK_TCK);
}

struct mark { struct usage server; double busy; uint64_t at, sent, received, own_cpu; };

static struct mark mark_now(void)
{
    return (struct mark){ usage_now(), busy_us(), now_ns(), atomic_load(&rtp_sent),
                          atomic_load(&rtp_received), clock_ns(CLOCK_PROCESS_CPUTIME_ID) };
}

static uint64_t udp_rcvbuf_errors(void)
{
    FILE *f = fopen("/proc/net/snmp", "r");
    char line[512];
    unsigned long long v = 0;
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "Udp: %*u %*u %*u %*u %llu", &v) == 1) break;
    if (f) fclose(f);
    return v;
}

/* --------------------------------------------------------------- reports */

static FILE *table, *json;
static const char *json_sep = "";

static void j_open(const char *name)
{
    if (json) fprintf(json, "%s\"%s\":{", json_sep, name);
    json_sep = "";
}

static void j_close(void)
{
    if (json) fputc('}', json);
    json_sep = ",";
}

static void j_num(const char *name, double v)
{
    if (!json) return;
    if (v == floor(v) && fabs(v) < 1e15) fprintf(json, "%s\"%s\":%.0f", json_sep, name, v);
    else fprintf(json, "%s\"%s\":%.6g", json_sep, name, v);
    json_sep = ",";
}

static void j_text(const char *name, const char *v)
{
    if (json) fprintf(json, "%s\"%s\":\"%s\"", json_sep, name, v);
    json_sep = ",";
}

static void report_hist(const char *label, const char *name, const struct hist *h, double unit,
                        const char *unit_text)
{
    double p50 = hist_quantile(h, .5) / unit, p90 = hist_quantile(h, .9) / unit;
    double p99 = hist_quantile(h, .99) / unit, p999 = hist_quantile(h, .999) / unit;
    double max = (double)h->max / unit;
    fprintf(table, "  %-22s p50 %-9.3f p90 %-9.3f p99 %-9.3f p99.9 %-9.3f max %-9.3f %s (n=%llu)\n",
            label, p50, p90, p99, p999, max, unit_text, (unsigned long long)h->n);
    j_open(name);
    j_num("p50", p50);
    j_num("p90", p90);
    j_num("p99", p99);
    j_num("p999", p999);
    j_num("max", max);
    j_num("n", (double)h->n);
    j_close();
}

static void report_calls(void)
{
    double span = (double)(sip.last_start - sip.first_start) / 1e9;
    double cps = span > 0 ? (sip.attempted - 1) / span : 0;
    double total = (double)(sip.end - sip.first_start) / 1e9;
    fprintf(table, "calls    attempted %u  ok %u  failed %u  peak up %u  started at %.1f/s in %.2f s\n",
            sip.attempted, sip.ok, sip.failed, sip.peak_established, cps, total);
    j_open("calls");
    j_num("attempted", sip.attempted);
    j_num("ok", sip.ok);
    j_num("failed", sip.failed);
    j_num("peak_established", sip.peak_established);
    j_num("peak_active", sip.peak_active);
    j_num("achieved_cps", cps);
    j_num("completed_per_s", total > 0 ? sip.ok / total : 0);
    j_num("seconds", total);
    j_num("server_byes", (double)sip.server_byes);
    j_close();
    const struct { const char *name; unsigned n; } causes[] = {
        { "invite_timeout", sip.invite_timeout }, { "bye_timeout", sip.bye_timeout },
        { "bye_rejected", sip.bye_rejected }, { "bad_answer", sip.bad_answer },
        { "transport", sip.transport } };
    j_open("failures");
    if (sip.failed) fprintf(table, "  failed by cause:");
    for (unsigned i = 0; i < sizeof causes / sizeof *causes; i++) {
        if (causes[i].n) fprintf(table, " %s %u", causes[i].name, causes[i].n);
        j_num(causes[i].name, causes[i].n);
    }
    for (unsigned i = 300; i < 700; i++) {
        char name[8];
        if (!sip.by_code[i]) continue;
        snprintf(name, sizeof name, "%u", i);
        fprintf(table, " %u: %u", i, sip.by_code[i]);
        j_num(name, sip.by_code[i]);
    }
    if (sip.failed) fputc('\n', table);
    j_close();
    fprintf(table, "  resent: INVITE %llu BYE %llu  repeated 200 %llu  server BYE %llu  strays %llu\n",
            (unsigned long long)sip.invite_rtx, (unsigned long long)sip.bye_rtx,
            (unsigned long long)sip.repeat_200, (unsigned long long)sip.server_byes,
            (unsigned long long)sip.strays);
    j_open("sip");
    j_num("invite_retransmissions", (double)sip.invite_rtx);
    j_num("bye_retransmissions", (double)sip.bye_rtx);
    j_num("repeated_200", (double)sip.repeat_200);
    j_num("strays", (double)sip.strays);
    report_hist("INVITE->provisional", "provisional_ms", &sip.provisional, 1e6, "ms");
    report_hist("INVITE->200", "answer_ms", &sip.answer, 1e6, "ms");
    report_hist("BYE->200", "bye_ms", &sip.bye, 1e6, "ms");
    j_close();
}

static void report_rtp(uint64_t rcvbuf_errors)
{
    if (opt.media == MEDIA_NONE) return;
    double base = opt.media == MEDIA_ECHO ? (double)rtp.sent : (double)(rtp.received + rtp.lost);
    double loss = base > 0 ? 100.0 * (double)rtp.lost / base : 0;
    fprintf(table, "rtp      sent %llu  received %llu  lost %llu (%.4f%%)  dup %llu  altered %llu  "
            "foreign %llu\n", (unsigned long long)rtp.sent, (unsigned long long)rtp.received,
            (unsigned long long)rtp.lost, loss, (unsigned long long)rtp.dup,
            (unsigned long long)rtp.altered, (unsigned long long)rtp.foreign);
    j_open("rtp");
    j_num("sent", (double)rtp.sent);
    j_num("received", (double)rtp.received);
    j_num("lost", (double)rtp.lost);
    j_num("lost_percent", loss);
    j_num("duplicated", (double)rtp.dup);
    j_num("reordered", (double)rtp.reordered);
    j_num("altered", (double)rtp.altered);
    j_num("foreign", (double)rtp.foreign);
    j_num("stale", (double)rtp.stale);
    j_num("send_errors", (double)rtp.send_errors);
    j_num("calls_with_media", rtp.calls);
    j_num("calls_without_received", rtp.calls_without_rx);
    j_num("system_udp_rcvbuf_errors", (double)rcvbuf_errors);
    fprintf(table, "  calls %u (%u heard nothing)  reordered %llu  stale %llu  send errors %llu  "
            "system UDP buffer overflows %llu\n", rtp.calls, rtp.calls_without_rx,
            (unsigned long long)rtp.reordered, (unsigned long long)rtp.stale,
            (unsigned long long)rtp.send_errors, (unsigned long long)rcvbuf_errors);
    if (opt.media == MEDIA_ECHO) {
        fprintf(table, "  lost before the first echo %llu, between %llu, after the last %llu\n",
                (unsigned long long)rtp.lost_start, (unsigned long long)rtp.lost_mid,
                (unsigned long long)rtp.lost_end);
        j_num("lost_start", (double)rtp.lost_start);
        j_num("lost_mid", (double)rtp.lost_mid);
        j_num("lost_end", (double)rtp.lost_end);
        report_hist("round trip", "rtt_us", &rtp.rtt, 1e3, "us");
    } else {
        double pps = rtp.rx_span > 0 ? rtp.rx_intervals * 1e9 / rtp.rx_span : 0;
        double ratio = rtp.tone_calls ? rtp.tone_ratio_sum / rtp.tone_calls : 0;
        fprintf(table, "  gaps %llu (%llu packets)  mean rate %.3f packets/s a call  tone %g Hz: "
                "energy share mean %.4f worst block %.4f (%u calls)\n",
                (unsigned long long)rtp.gaps, (unsigned long long)rtp.gap_packets, pps,
                opt.tone_hz, ratio, rtp.tone_ratio_min, rtp.tone_calls);
        j_num("gaps", (double)rtp.gaps);
        j_num("gap_packets", (double)rtp.gap_packets);
        j_num("packets_per_s_per_call", pps);
        j_num("tone_energy_ratio_mean", ratio);
        j_num("tone_energy_ratio_min", rtp.tone_ratio_min);
        j_num("tone_calls", rtp.tone_calls);
        report_hist("pacing |error|", "pacing_us", &rtp.pacing, 1e3, "us");
    }
    j_close();
}

static void report_server(const struct mark *a, const struct mark *w0, const struct mark *w1,
                          const struct mark *z, double peak_rss, double steady_rss,
                          unsigned steady_calls)
{
    if (!opt.npids) return;
    double cpu = z->server.cpu_us - a->server.cpu_us;
    double per_call = sip.ok ? cpu / sip.ok : 0;
    double wall = (double)(w1->at - w0->at) / 1e3, wcpu = w1->server.cpu_us - w0->server.cpu_us;
    double packets = (double)(w1->sent - w0->sent + w1->received - w0->received);
    double per_packet = packets > 0 ? wcpu / packets : 0;
    double user = z->server.user_us - a->server.user_us, sys = z->server.sys_us - a->server.sys_us;
    double growth = (steady_rss ? steady_rss : peak_rss) - a->server.rss_kib;
    unsigned held = steady_calls ? steady_calls : sip.peak_established;
    double per_call_kib = held >= 20 ? growth / held : 0; /* fewer say nothing */
    fprintf(table, "server   cpu %.1f ms (%.0f%% in the kernel)  %.2f us a call  threads %u  processes %u\n",
            cpu / 1e3, user + sys > 0 ? 100 * sys / (user + sys) : 0, per_call,
            z->server.threads, z->server.procs);
    fprintf(table, "  steady window %.2f s: cpu %.1f%%  packets %.0f  %.3f us a packet\n", wall / 1e6,
            wall > 0 ? 100 * wcpu / wall : 0, packets, per_packet);
    fprintf(table, "  rss idle %.0f KiB  steady %.0f  peak %.0f  end %.0f  %.2f KiB a call (%u held)\n",
            a->server.rss_kib, steady_rss, peak_rss, z->server.rss_kib, per_call_kib, held);
    j_open("server");
    j_num("cpu_ms", cpu / 1e3);
    j_num("kernel_share", user + sys > 0 ? sys / (user + sys) : 0);
    j_num("cpu_us_per_call", per_call);
    j_num("window_s", wall / 1e6);
    j_num("window_cpu_percent", wall > 0 ? 100 * wcpu / wall : 0);
    j_num("window_packets", packets);
    j_num("cpu_us_per_packet", per_packet);
    j_num("rss_idle_kib", a->server.rss_kib);
    j_num("rss_steady_kib", steady_rss);
    j_num("rss_peak_kib", peak_rss);
    j_num("rss_end_kib", z->server.rss_kib);
    j_num("rss_kib_per_call", per_call_kib);
    j_num("threads", z->server.threads);
    j_num("processes", z->server.procs);
    j_close();
}

static void report_self(const struct mark *a, const struct mark *w0, const struct mark *w1,
                        const struct mark *z, uint64_t sip_cpu, uint64_t media_cpu)
{
    double wall = (double)(z->at - a->at), own = (double)(z->own_cpu - a->own_cpu);
    double window = (double)(w1->at - w0->at), wown = (double)(w1->own_cpu - w0->own_cpu);
    double other = z->busy - a->busy - own / 1e3 - (z->server.cpu_us - a->server.cpu_us);
    double other_percent = wall > 0 && other > 0 ? 100e3 * other / wall : 0;
    fprintf(table, "callstorm cpu %.1f%% over the run, %.1f%% in the window (sip %.0f ms, media %.0f ms)\n",
            wall > 0 ? 100 * own / wall : 0, window > 0 ? 100 * wown / window : 0,
            (double)sip_cpu / 1e6, (double)media_cpu / 1e6);
    fprintf(table, "  everything else on this machine used %.0f%% of a CPU%s\n", other_percent,
            opt.npids ? "" : " (the server included: no --server-pid)");
    j_open("generator");
    j_num("other_cpu_percent", other_percent);
    j_num("ticks_skipped", (double)rtp.ticks_skipped);
    j_num("cpu_percent", wall > 0 ? 100 * own / wall : 0);
    j_num("window_cpu_percent", window > 0 ? 100 * wown / window : 0);
    j_num("sip_cpu_ms", (double)sip_cpu / 1e6);
    j_num("media_cpu_ms", (double)media_cpu / 1e6);
    report_hist("own call start lateness", "start_late_us", &sip.start_late, 1e3, "us");
    if (opt.media != MEDIA_NONE)
        report_hist("own media tick lateness", "tick_late_us", &rtp.tick_late, 1e3, "us");
    if (rtp.ticks_skipped)
        fprintf(table, "  WARNING: stalled; %llu send ticks of 0.25 ms were left out\n",
                (unsigned long long)rtp.ticks_skipped);
    j_close();
}

/* ------------------------------------------------------------------ main */

static void usage(void)
{
    fputs(
        "callstorm [options]\n"
        "  --target IP:PORT     server (127.0.0.1:5060)      --transport udp|tcp\n"
        "  --user NAME          request URI user (echo)      --rate CPS   0: as fast as they end\n"
        "  --calls TOTAL        calls to make (10)           --concurrent MAX  calls at a time (10)\n"
        "  --hold SECONDS       answer to hang-up (1)        --media none|echo|listen\n"
        "  --ptime MS           10, 20, 30, ... 60 (20)      --tone-hz HZ  listen: tone expected (440)\n"
        "  --local-ip IP        (127.0.0.1)                  --sip-port PORT  0: any\n"
        "  --rtp-base PORT      first RTP port (30000)       --rtp-sockets N  share N among all calls\n"
        "  --server-pid PID     measure it and its children; may be repeated\n"
        "  --churn              never wait for all calls to be up (see README.md)\n"
        "  --realtime           RTP thread under SCHED_FIFO, for a machine with other work\n"
        "  --drain SECONDS      RTP's end to BYE (0.2)       --linger SECONDS  last sample delay (0.5)\n"
        "  --timeout SECONDS    transaction timeout (32)     --no-kernel-stamp  stamp in user space\n"
        "  --json               JSON on stdout, the table on stderr\n"
        "exit status: 0 every call was good, 1 some failed, 2 could not run\n", stderr);
    exit(2);
}

static void parse_target(const char *s)
{
    char host[64];
    unsigned port = 5060;
    if (sscanf(s, "%63[0-9.]:%u", host, &port) < 1) die("--target wants IP:PORT");
    opt.target = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    if (inet_pton(AF_INET, host, &opt.target.sin_addr) != 1) die("--target wants IP:PORT");
    snprintf(opt.target_text, sizeof opt.target_text, "%.47s:%u", host, port & 0xffff);
}

static void parse_options(int argc, char **argv)
{
    enum { TARGET = 256, USER, TRANSPORT_, RATE, CONCURRENT, HOLD, CALLS, MEDIA, PTIME, LOCAL_IP,
           RTP_BASE, SERVER_PID, JSON, TONE_HZ, SIP_PORT, RTP_SOCKETS, DRAIN, LINGER, TIMEOUT,
           NO_STAMP, CHURN, REALTIME };
    static const struct option longs[] = {
        { "target", 1, 0, TARGET }, { "user", 1, 0, USER }, { "transport", 1, 0, TRANSPORT_ },
        { "rate", 1, 0, RATE }, { "concurrent", 1, 0, CONCURRENT }, { "hold", 1, 0, HOLD },
        { "calls", 1, 0, CALLS }, { "media", 1, 0, MEDIA }, { "ptime", 1, 0, PTIME },
        { "local-ip", 1, 0, LOCAL_IP }, { "rtp-base", 1, 0, RTP_BASE },
        { "server-pid", 1, 0, SERVER_PID }, { "json", 0, 0, JSON }, { "tone-hz", 1, 0, TONE_HZ },
        { "sip-port", 1, 0, SIP_PORT }, { "rtp-sockets", 1, 0, RTP_SOCKETS },
        { "drain", 1, 0, DRAIN }, { "linger", 1, 0, LINGER }, { "timeout", 1, 0, TIMEOUT },
        { "no-kernel-stamp", 0, 0, NO_STAMP }, { "churn", 0, 0, CHURN },
        { "realtime", 0, 0, REALTIME }, { 0, 0, 0, 0 } };
    bool churn = false;
    parse_target("127.0.0.1:5060");
    for (int o; (o = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        switch (o) {
        case TARGET: parse_target(optarg); break;
        case USER: opt.user = optarg; break;
        case TRANSPORT_: opt.tcp = !strcasecmp(optarg, "tcp"); break;
        case RATE: opt.rate = atof(optarg); break;
        case CONCURRENT: opt.concurrent = (unsigned)atoi(optarg); break;
        case HOLD: opt.hold = atof(optarg); break;
        case CALLS: opt.calls = (unsigned)atoi(optarg); break;
        case MEDIA:
            if (!strcmp(optarg, "none")) opt.media = MEDIA_NONE;
            else if (!strcmp(optarg, "echo")) opt.media = MEDIA_ECHO;
            else if (!strcmp(optarg, "listen")) opt.media = MEDIA_LISTEN;
            else usage();
            break;
        case PTIME: opt.ptime = (unsigned)atoi(optarg); break;
        case LOCAL_IP: opt.local_ip = optarg; break;
        case RTP_BASE: opt.rtp_base = (unsigned)atoi(optarg) & ~1u; break;
        case SERVER_PID:
            if (opt.npids == 16) die("too many --server-pid");
            opt.pids[opt.npids++] = (pid_t)atoi(optarg);
            break;
        case JSON: opt.json = true; break;
        case TONE_HZ: opt.tone_hz = atof(optarg); break;
        case SIP_PORT: opt.sip_port = (unsigned)atoi(optarg); break;
        case RTP_SOCKETS: opt.rtp_sockets = (unsigned)atoi(optarg); break;
        case DRAIN: opt.drain = atof(optarg); break;
        case LINGER: opt.linger = atof(optarg); break;
        case TIMEOUT: opt.timeout = atof(optarg); break;
        case NO_STAMP: opt.kernel_stamp = false; break;
        case CHURN: churn = true; break;
        case REALTIME: opt.realtime = true; break;
        default: usage();
        }
    }
    if (optind < argc || !opt.calls || !opt.concurrent) usage();
    if (opt.ptime < 10 || opt.ptime > 60) die("--ptime wants 10 to 60");
    if (opt.rtp_base < 1024 || opt.rtp_base > 65000) die("--rtp-base wants 1024 to 65000");
    for (int i = 0; i < opt.npids; i++)
        if (kill(opt.pids[i], 0)) die("no process %d", opt.pids[i]);
    nslots = opt.concurrent < opt.calls ? opt.concurrent : opt.calls;
    opt.plateau = opt.calls <= opt.concurrent && opt.hold > 0 && !churn;
}

static void on_signal(int sig)
{
    (void)sig;
    stop_requested = true;
}

static void nap(uint64_t ns)
{
    struct timespec ts = { (time_t)(ns / SEC), (long)(ns % SEC) };
    nanosleep(&ts, NULL);
}

static uint64_t thread_cpu(pthread_t t)
{
    clockid_t clk;
    return pthread_getcpuclockid(t, &clk) ? 0 : clock_ns(clk);
}

int main(int argc, char **argv)
{
    static const char *media_names[] = { "none", "echo", "listen" };
    parse_options(argc, argv);
    struct rlimit lim;
    getrlimit(RLIMIT_NOFILE, &lim);
    lim.rlim_cur = lim.rlim_max;
    setrlimit(RLIMIT_NOFILE, &lim);
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    sip_open();
    media_open();

    uint64_t overflows = udp_rcvbuf_errors();
    struct mark start = mark_now(), w0 = start, w1 = start;
    pthread_t sip_thread, media_thread;
    bool media_on = opt.media != MEDIA_NONE;
    if (media_on && pthread_create(&media_thread, NULL, media_main, NULL)) die("pthread_create");
    if (pthread_create(&sip_thread, NULL, sip_main, NULL)) die("pthread_create");
    if (opt.realtime && media_on &&
        pthread_setschedparam(media_thread, SCHED_FIFO, &(struct sched_param){ 1 }))
        die("--realtime: %s", strerror(errno));

    /* The window opens 300 ms after all calls are up, for the ramp to settle. */
    double peak_rss = start.server.rss_kib, steady_rss = 0;
    unsigned steady_calls = 0;
    int seen = 0;
    uint64_t open_at = 0, sample_at = 0, sip_cpu = 0, media_cpu = 0;
    bool opened = false;
    while (!sip_done) {
        nap(10 * MS);
        uint64_t now = now_ns();
        int ph = phase;
        if (ph == 1 && seen == 0) {
            open_at = now + (opt.plateau ? 300 * MS : 0);
            seen = 1;
        }
        if (seen == 1 && !opened && ph == 1 && now >= open_at) {
            w0 = w1 = mark_now();
            opened = true;
        }
        if (opened && ph == 2 && seen < 2) {
            w1 = mark_now();
            seen = 2;
        }
        if (now >= sample_at) {
            struct usage u = usage_now();
            if (u.rss_kib > peak_rss) peak_rss = u.rss_kib;
            if (opened && ph == 1) {
                unsigned up = atomic_load(&calls_established);
                if (up >= steady_calls) {
                    steady_calls = up;
                    steady_rss = u.rss_kib;
                }
            }
            sip_cpu = thread_cpu(sip_thread);
            if (media_on) media_cpu = thread_cpu(media_thread);
            sample_at = now + 200 * MS;
        }
    }
    if (opened && seen < 2) w1 = mark_now();
    pthread_join(sip_thread, NULL);
    nap((uint64_t)(opt.linger * 1e9));
    struct mark end = mark_now();
    if (media_on) {
        media_cpu = thread_cpu(media_thread);
        media_quit = true;
        pthread_join(media_thread, NULL);
    }
    overflows = udp_rcvbuf_errors() - overflows;

    table = opt.json ? stderr : stdout;
    json = opt.json ? stdout : NULL;
    if (json) fputc('{', json);
    j_open("run");
    j_text("target", opt.target_text);
    j_text("transport", TRANSPORT);
    j_text("media", media_names[opt.media]);
    j_num("rate", opt.rate);
    j_num("concurrent", opt.concurrent);
    j_num("hold", opt.hold);
    j_num("calls", opt.calls);
    j_num("plateau", opt.plateau);
    j_num("rtp_sockets", nrtp);
    j_close();
    report_calls();
    report_rtp(overflows);
    report_server(&start, &w0, &w1, &end, peak_rss, steady_rss, steady_calls);
    report_self(&start, &w0, &w1, &end, sip_cpu, media_cpu);
    if (json) fputs("}\n", json);
    return sip.failed ? 1 : 0;
}
