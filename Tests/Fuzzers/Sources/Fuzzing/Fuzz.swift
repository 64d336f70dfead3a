import CLibFuzzer

/// Gives libFuzzer, by the arguments of the command line, what it is to run with one input after the other. It ends the
/// process.
public func fuzz(_ target: @escaping (UnsafeBufferPointer<UInt8>) -> Void) {
    Target.present = target
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    _ = LLVMFuzzerRunDriver(&count, &arguments) { octets, count in
        Target.present(UnsafeBufferPointer(start: octets, count: count))
        return 0
    }
}

/// A function of C can refer to nothing but globals.
private enum Target {
    /// Set once, before there is another thread.
    nonisolated(unsafe) static var present: (UnsafeBufferPointer<UInt8>) -> Void = { _ in }
}

/// What must be so. Unlike `precondition` it says what is not, in a release build too.
public func expect(
    _ condition: Bool, _ message: @autoclosure () -> String = "not as it must be", file: StaticString = #fileID,
    line: UInt = #line
) {
    if !condition { fatalError(message(), file: file, line: line) }
}
