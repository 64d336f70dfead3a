import Dispatch
import Fuzzing
import Media
import Networking

@main
struct FuzzMedia {
    static func main() { fuzz(fuzzMedia) }
}

/// Any octets as a call's media: what comes to its ports and when, what becomes of what is sent, other offers in between.
///
/// An engine works as ever, on its own thread, with sockets, clocks and random numbers of ours (`Kernel`): nothing is
/// waited for, and the same octets make the same call. It traps nowhere, what it sends is well-formed, and its figures agree
/// with each other and with what was sent and received.
private func fuzzMedia(_ octets: UnsafeBufferPointer<UInt8>) {
    var script = Script(octets)
    let configuration = script.configuration()
    let parameters = script.parameters()
    let kernel = Kernel(script)
    Kernel.present = kernel
    guard
        let engine = try? MediaEngine(configuration, events: { kernel.take($0) }),
        let ports = try? engine.reservePorts(on: Peer.ours)
    else { fatalError("no sockets are to be had") }
    kernel.engine = engine
    kernel.session = engine.open(ports, parameters)
    // On the worker's thread, which has the kernel for itself until the script is over.
    engine.ping { _ in kernel.begin() }
    kernel.isOver.wait()
    engine.shutDown()
    kernel.check(engine.statistics())
    kernel.engine = nil
}
