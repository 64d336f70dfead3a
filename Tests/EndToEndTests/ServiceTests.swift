import Foundation
import Testing

extension EndToEnd {
    @Suite("The daemon as a service: sd_notify(3), its watchdog, and its end")
    struct ServiceTests {
        @Test("systemd is told of the start, again and again that all is well, and how long the end takes")
        func notified() async throws {
            let manager = try NotifySocket()
            let environment = ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "600000"]
            try await Daemon.run(Daemon.http + ["behavior.drain_timeout_seconds=20"], environment: environment) { _ in
                let ready = await manager.messages.take { $0.hasPrefix("READY=1\nSTATUS=Ready: dial sip:") }
                #expect(ready != nil, "\(manager.messages.all)")
                for _ in 0..<4 { #expect(await manager.messages.take { $0 == "WATCHDOG=1" } != nil) }
            }
            let stopping = await manager.messages.take { $0.hasPrefix("STOPPING=1\n") }
            #expect(stopping?.hasSuffix("\nEXTEND_TIMEOUT_USEC=30000000") == true, "\(stopping ?? "")")
        }

        @Test("without WATCHDOG_USEC there is no watchdog to tell")
        func unwatched() async throws {
            let manager = try NotifySocket()
            try await Daemon.run(environment: ["NOTIFY_SOCKET": manager.name]) { _ in
                #expect(await manager.messages.take { $0.hasPrefix("READY=1") } != nil)
            }
            #expect(await manager.messages.take { $0.hasPrefix("STOPPING=1") } != nil)
            #expect(!manager.messages.all.contains("WATCHDOG=1"))
        }

        @Test("with a time to drain a call goes on after SIGTERM, new ones get 503, and its end is the daemon's")
        func drains() async throws {
            try await Daemon.run(["behavior.drain_timeout_seconds=60"], stops: false) { daemon in
                let (caller, late) = (try Caller(.udp, to: daemon), try Caller(.udp, to: daemon))
                let receiver = try RTPReceiver()
                let answer = try await caller.call(sdp: Caller.sdp(port: receiver.port))
                kill(daemon.program.processID, SIGTERM)
                _ = try await daemon.event("service_stopping")
                late.send(late.request("INVITE", body: CallTests.sdp))
                let refused = try await late.final("INVITE")
                #expect(refused.status == 503 && refused["retry-after"] != nil)
                late.acknowledge(refused)
                late.send(late.request("OPTIONS", sequence: 2))
                #expect(try await late.final("OPTIONS").status == 503)
                let heard = receiver.packets.all.count
                while receiver.packets.all.count < heard + 5 {
                    _ = try #require(await receiver.packets.take(), "the tone has ended")
                }
                try await caller.hangUp(answer)
                #expect(await daemon.program.exits.take() == 0, "\(daemon.program.transcript)")
            }
        }

        @Test("a second signal hangs up at once, and so does the end of the time to drain", arguments: [true, false])
        func drainEnds(isAsked: Bool) async throws {
            let limit = isAsked ? 60 : 1
            try await Daemon.run(["behavior.drain_timeout_seconds=\(limit)"], stops: false) { daemon in
                let caller = try Caller(.udp, to: daemon)
                _ = try await caller.call(sdp: CallTests.sdp)
                kill(daemon.program.processID, SIGTERM)
                _ = try await daemon.event("service_stopping")
                if isAsked { kill(daemon.program.processID, SIGTERM) }
                let bye = try await caller.incoming("BYE")
                caller.respond("200 OK", to: bye)
                #expect(await daemon.program.exits.take() == 0, "\(daemon.program.transcript)")
            }
        }
    }
}

/// What stands in for systemd: a socket that takes sd_notify's datagrams.
private final class NotifySocket: Sendable {
    let messages = Mailbox<String>()
    let name = "@milliwatt-\(UUID().uuidString)"
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = [0] + Array(name.utf8.dropFirst())
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        Thread.detachNewThread { [descriptor, messages] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                messages.put(String(decoding: buffer[..<count], as: UTF8.self))
            }
            messages.close()
            close(descriptor)
        }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
