import Foundation
import Operations
import Testing

@Suite("ServiceNotifier: sd_notify(3)")
struct ServiceNotifierTests {
    /// In a process of its own, since the environment is the process's.
    @Test("assignments go to NOTIFY_SOCKET, one datagram a call, and status lines cannot smuggle any")
    func datagrams() async {
        await #expect(processExitsWith: .success) {
            let listener = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let name = Array("\0milliwatt-\(getpid())".utf8)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
            let length = socklen_t(MemoryLayout.offset(of: \sockaddr_un.sun_path).map { $0 + name.count } ?? 0)
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, length) }
            }
            #expect(bound == 0)

            func received() -> String? {
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = recv(listener, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
            }

            let notifier = ServiceNotifier()
            unsetenv("NOTIFY_SOCKET")
            notifier.ready(status: "nobody listens")
            #expect(received() == nil)

            setenv("NOTIFY_SOCKET", "@milliwatt-\(getpid())", 1)
            notifier.ready(status: "5 calls")
            #expect(received() == "READY=1\nSTATUS=5 calls")
            notifier.status("a\nMAINPID=1")
            #expect(received() == "STATUS=a\\nMAINPID=1")
            notifier.reloading()
            let reloading = received() ?? ""
            #expect(reloading.hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
            #expect(Int(reloading.split(separator: "=").last ?? "") ?? 0 > 0)
            notifier.stopping(status: "bye", within: .seconds(20))
            #expect(received() == "STOPPING=1\nSTATUS=bye\nEXTEND_TIMEOUT_USEC=20000000")
            notifier.watchdog()
            #expect(received() == "WATCHDOG=1")
        }
    }
}
