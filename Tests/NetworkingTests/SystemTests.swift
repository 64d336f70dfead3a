import Glibc
import Networking
import Testing

@Suite("SystemCall")
struct SystemCallTests {
    @Test("calls again after an interruption")
    func interrupted() throws {
        var calls = 0
        let result = try SystemCall.run("read") {
            calls += 1
            if calls < 3 { errno = EINTR }
            return calls < 3 ? -1 : 42
        }
        #expect(result == 42 && calls == 3)
    }

    @Test("throws what the call was and what the system says")
    func refusal() {
        let error = #expect(throws: SystemError.self) {
            try SystemCall.run("open") { open("/nonexistent/file", O_RDONLY) }
        }
        #expect(error == SystemError(code: ENOENT, call: "open"))
        #expect(error?.description == "open: No such file or directory (errno 2)")
    }

    @Test("a call that would block has no result")
    func blocked() throws {
        let event = try EventDescriptor()
        var value: UInt64 = 0
        #expect(try SystemCall.unlessBlocked("read") { read(event.descriptor.rawValue, &value, 8) } == nil)
    }
}

@Suite("Epoll and EventDescriptor")
struct EpollTests {
    @Test("reports who is ready, by token, until it is served")
    func readiness() throws {
        let epoll = try Epoll(capacity: 4)
        let first = try EventDescriptor()
        let second = try EventDescriptor()
        try epoll.add(first.descriptor, .readable, token: 1 << 40)
        try epoll.add(second.descriptor, .readable, token: 2)
        func ready() throws -> Set<UInt64> {
            var tokens: Set<UInt64> = []
            try epoll.wait(timeoutNanoseconds: 0) { token, events in
                #expect(events.contains(.readable))
                tokens.insert(token)
            }
            return tokens
        }
        #expect(try ready() == [])
        first.signal()
        first.signal()
        second.signal()
        #expect(try ready() == [1 << 40, 2])
        #expect(first.clear() == 2)
        #expect(try ready() == [2])
        try epoll.modify(second.descriptor, [], token: 2)
        #expect(try ready() == [])
        try epoll.remove(second.descriptor)
    }

    @Test("waits as long as it is told, in nanoseconds")
    func timeout() throws {
        let epoll = try Epoll()
        let start = SystemClock.monotonicNanoseconds
        #expect(try epoll.wait(timeoutNanoseconds: 2_500_000) { _, _ in } == 0)
        #expect(SystemClock.monotonicNanoseconds - start >= 2_500_000)
    }
}

@Suite("FileDescriptor")
struct FileDescriptorTests {
    @Test("closes itself unless it was given away")
    func ownership() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        do {
            let writer = FileDescriptor(owning: ends[1])
            _ = consume writer
        }
        // The writer is closed exactly when the reader sees the end.
        let reader = FileDescriptor(owning: ends[0])
        var byte: UInt8 = 0
        #expect(read(reader.rawValue, &byte, 1) == 0)
        let number = reader.release()
        #expect(fcntl(number, F_GETFD) >= 0)
        _ = FileDescriptor(owning: number)
    }
}

@Suite("Duration")
struct DurationTests {
    @Test("counts nanoseconds and stays in range")
    func nanoseconds() {
        #expect(Duration.milliseconds(1500).nanoseconds == 1_500_000_000)
        #expect((Duration.zero - .nanoseconds(7)).nanoseconds == -7)
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min).nanoseconds == .min)
    }
}
