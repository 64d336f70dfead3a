import CKernel
import CLinux
import Glibc

// The calls of the engine that the linker sends here (see Package.swift).

@_cdecl("__wrap_clinux_epoll_wait")
func epollWait(_ epoll: Int32, _ events: UnsafeMutablePointer<epoll_event>?, _ count: Int32, _ timeout: Int64) -> Int32
{
    guard let kernel = Kernel.present, kernel.isRunning else {
        return __real_clinux_epoll_wait(epoll, events, count, -1)
    }
    return kernel.wait(events, timeout)
}

@_cdecl("__wrap_epoll_ctl")
func epollControl(
    _ epoll: Int32, _ operation: Int32, _ descriptor: Int32, _ event: UnsafeMutablePointer<epoll_event>?
) -> Int32 {
    let result = __real_epoll_ctl(epoll, operation, descriptor, event)
    if result == 0, let event { Kernel.present?.watch(descriptor, kernel_flags(event), kernel_token(event)) }
    return result
}

@_cdecl("__wrap_timerfd_settime")
func setTimer(
    _ timer: Int32, _ flags: Int32, _ new: UnsafePointer<itimerspec>?, _ old: UnsafeMutablePointer<itimerspec>?
) -> Int32 {
    Kernel.present?.timer = new.map {
        Int64($0.pointee.it_value.tv_sec) * 1_000_000_000 + Int64($0.pointee.it_value.tv_nsec)
    }
    return 0
}

@_cdecl("__wrap_clock_gettime")
func getTime(_ clock: clockid_t, _ time: UnsafeMutablePointer<timespec>?) -> Int32 {
    let kernel = Kernel.present
    let value = (kernel?.now ?? 0) + (clock == CLOCK_REALTIME ? kernel?.offset ?? 0 : 0)
    time?.pointee = timespec(tv_sec: Int(value / 1_000_000_000), tv_nsec: Int(value % 1_000_000_000))
    return 0
}

@_cdecl("__wrap_clinux_media_sleep")
func sleep(_ nanoseconds: Int64) {
    Kernel.present?.now += nanoseconds
}

@_cdecl("__wrap_getentropy")
func getRandom(_ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int32 {
    let octets = UnsafeMutableRawBufferPointer(start: buffer, count: count)
    for index in octets.indices { octets[index] = Kernel.present?.randomOctet() ?? 0 }
    return 0
}

/// What a thread asks for itself: that it keeps its signals away would keep a finding away from us.
@_cdecl("__wrap_clinux_media_prepare_thread")
func prepareThread(_ name: UnsafePointer<CChar>?) {}

@_cdecl("__wrap_clinux_media_receive")
func receive(_ socket: Int32, _ receiver: UnsafeMutablePointer<clinux_media_receiver>?) -> Int {
    guard let receiver, let datagram = Kernel.present?.take(socket) else {
        errno = EAGAIN
        return -1
    }
    let length = min(datagram.octets.count, Int(CLINUX_MEDIA_SIZE))
    datagram.octets.withUnsafeBytes { octets in
        if let start = octets.baseAddress, length > 0 { memcpy(receiver.pointee.buffer, start, length) }
    }
    receiver.pointee.source = datagram.source.words
    receiver.pointee.arrival_ns = datagram.arrival
    receiver.pointee.truncated = length < datagram.octets.count
    return length
}

@_cdecl("__wrap_clinux_media_send")
func send(_ socket: Int32, _ octets: UnsafeRawPointer?, _ length: Int, _ words: UnsafePointer<UInt64>?) -> Int {
    guard let kernel = Kernel.present else { return -1 }
    guard let error = kernel.send(UnsafeRawBufferPointer(start: octets, count: length), socket, words) else {
        return length
    }
    errno = error
    return -1
}

@_cdecl("__wrap_clinux_media_connect")
func connect(_ socket: Int32, _ words: UnsafePointer<UInt64>?) -> Int32 {
    guard let kernel = Kernel.present, let words, !kernel.refusesConnection else { return -1 }
    kernel.sockets[socket]?.peer = Words(words)
    return 0
}

@_cdecl("__wrap_clinux_media_disconnect")
func disconnect(_ socket: Int32) -> Int32 {
    Kernel.present?.sockets[socket]?.peer = nil
    return 0
}

@_cdecl("__wrap_clinux_media_any_waits")
func anyWaits(_ first: Int32, _ second: Int32) -> Bool {
    guard let sockets = Kernel.present?.sockets else { return false }
    return [first, second].contains { sockets[$0]?.waiting.isEmpty == false }
}

@_cdecl("__wrap_clinux_media_drain_errors")
func drainErrors(_ socket: Int32) -> Int32 {
    guard let kernel = Kernel.present else { return 0 }
    defer { kernel.errors = 0 }
    return kernel.errors
}

@_cdecl("__wrap_clinux_media_drops")
func drops(_ socket: Int32) -> UInt32 { 0 }

extension Kernel {
    func watch(_ descriptor: Int32, _ flags: UInt32, _ token: UInt64) {
        if sockets[descriptor] == nil {
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isSocket = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
            }
            guard isSocket else { return }
            // The outlet is not bound yet; it will be to the RTP port.
            let port = UInt16(bigEndian: address.sin_port)
            sockets[descriptor] = Socket(isRTCP: port % 2 == 1, token: token, flags: flags)
        }
        sockets[descriptor]?.flags = flags
    }

    func take(_ descriptor: Int32) -> Datagram? {
        guard let socket = sockets[descriptor], !socket.waiting.isEmpty else { return nil }
        return sockets[descriptor]?.waiting.removeFirst()
    }

    func randomOctet() -> UInt8 {
        randomState = randomState &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: randomState >> 56)
    }
}
