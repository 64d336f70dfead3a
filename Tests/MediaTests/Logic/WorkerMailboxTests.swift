import Glibc
import Networking
import Testing

@testable import Media

@Suite("The mailbox of a worker")
struct WorkerMailboxTests {
    private static func isReadable(_ descriptor: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) == 1
    }

    @Test("a signal whose command was taken before it came is cleared, so that the worker does not spin")
    func lateSignal() throws {
        let worker = try MediaWorker(
            index: 0, pool: SharedPortPool(MediaEngineConfiguration()), configuration: MediaEngineConfiguration(),
            realTime: .never, canonicalName: "test", deliver: { _ in })
        defer { worker.stop() }
        let descriptor = worker.mailbox.wake.descriptor.rawValue
        worker.mailbox.wake.signal()
        let deadline = ContinuousClock.now + .seconds(5)
        while Self.isReadable(descriptor), ContinuousClock.now < deadline { sched_yield() }
        #expect(!Self.isReadable(descriptor))
    }

    @Test("an urgent command signals even behind one that can wait, and once for all")
    func urgent() throws {
        let mailbox = try WorkerMailbox()
        var commands: [WorkerCommand] = []
        mailbox.post(.ping {})
        mailbox.take(into: &commands)
        #expect(commands.count == 1)
        #expect(mailbox.wake.clear() == 1)
        // The worker lingers now.
        mailbox.post(.ping {}, isPatient: true)
        #expect(mailbox.hasCommands && !Self.isReadable(mailbox.wake.descriptor.rawValue))
        mailbox.post(.ping {})
        mailbox.post(.ping {})
        mailbox.take(into: &commands)
        #expect(mailbox.wake.clear() == 1 && commands.count == 4 && !mailbox.hasCommands)
        commands.removeAll()
        mailbox.take(into: &commands)
        #expect(commands.isEmpty)
        #expect(mailbox.stopLingering())
        mailbox.post(.ping {}, isPatient: true)
        #expect(mailbox.wake.clear() == 1 && !mailbox.stopLingering())
    }
}
