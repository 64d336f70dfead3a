import Foundation
import Testing

@testable import Operations

@Suite("SyslogSink: datagrams as RFC 3164 has them")
struct SyslogSinkTests {
    /// A socket such as a syslog daemon binds.
    private final class Receiver {
        let path: String
        private let descriptor: Int32

        init(_ path: String = "/tmp/milliwatt-\(UUID().uuidString.prefix(8))") throws {
            self.path = path
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(result == 0)
        }

        deinit {
            close(descriptor)
            unlink(path)
        }

        /// What has come, without waiting: the sender is of this process.
        func receive() -> String? {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    private static func record(_ level: LogLevel, _ message: String, _ fields: LogFields = [:]) -> LogRecord {
        LogRecord(time: 1_772_366_400_999_000_000, level: level, event: .callEnded, message: message, fields: fields)
    }

    @Test("priority of facility daemon, time, program, process, event, message and fields; a peer's text adds no line")
    func text() throws {
        let receiver = try Receiver()
        let sink = SyslogSink(receiver.path, isJSON: false)
        sink.write([Self.record(.info, "Call ended", [.callID: "a\n<0>b", .listeningMOS: .decimal(4.2, decimals: 1)])])
        let received = try #require(receiver.receive())
        let form = #/<30>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d milliwattd\[(\d+)\]: call_ended +Call ended (.*)/#
        let match = try #require(try form.wholeMatch(in: received), "\(received)")
        #expect(match.1 == "\(getpid())" && match.2 == #"call_id="a\n<0>b" mos_lq=4.2"#)
        #expect(receiver.receive() == nil)
    }

    @Test("levels have their priorities", arguments: [(LogLevel.critical, 26), (.warning, 28), (.debug, 31)])
    func priorities(level: LogLevel, number: Int) {
        let message = SyslogSink("/nonexistent", isJSON: false).message(Self.record(level, "x"))
        #expect(String(decoding: message, as: UTF8.self).hasPrefix("<\(number)>"))
    }

    @Test("the time is in the machine's zone, with a space before a day of one digit")
    func time() async {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "XXX-05:30", 1)
            #expect(Timestamp.syslog(1_772_366_400_999_000_000) == "Mar  1 17:30:00")
        }
    }

    @Test("JSON comes with the mark by which daemons know it")
    func json() throws {
        let receiver = try Receiver()
        SyslogSink(receiver.path, isJSON: true).write([Self.record(.info, "x", [.callID: "a@b"])])
        let received = try #require(receiver.receive())
        let start = try #require(received.range(of: "]: @cee: "))
        let object = try JSONSerialization.jsonObject(with: Data(received[start.upperBound...].utf8)) as? [String: Any]
        #expect(object?["call_id"] as? String == "a@b" && object?["event"] as? String == "call_ended")
    }

    @Test("a message that is too long is cut between characters")
    func long() {
        let message = SyslogSink("", isJSON: false).message(Self.record(.info, String(repeating: "é", count: 8000)))
        #expect((SyslogSink.maximumOctets - 1...SyslogSink.maximumOctets).contains(message.count))
        #expect(String(validating: message, as: UTF8.self) != nil)
    }

    @Test("a daemon that is not there, or does not read, makes nobody wait; it is told how much it has missed")
    func absent() throws {
        let path = "/tmp/milliwatt-\(UUID().uuidString.prefix(8))"
        let sink = SyslogSink(path, isJSON: false)
        sink.write([Self.record(.info, "lost"), Self.record(.info, "lost")])
        var receiver: Receiver? = try Receiver(path)
        sink.write([Self.record(.info, "first")])
        #expect(receiver?.receive()?.hasSuffix("dropped=2") == true)
        #expect(receiver?.receive()?.contains("first") == true)
        // Started anew.
        receiver = nil
        receiver = try Receiver(path)
        sink.write([Self.record(.info, "second")])
        #expect(receiver?.receive()?.contains("second") == true)
        // More than the socket's queue holds.
        let many = 10_000
        sink.write((0..<many).map { Self.record(.info, "\($0)") })
        var received = 0
        while receiver?.receive() != nil { received += 1 }
        #expect(received > 0 && received < many)
        sink.write([Self.record(.info, "last")])
        #expect(receiver?.receive()?.hasSuffix("dropped=\(many - received)") == true)
    }
}
