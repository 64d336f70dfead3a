/// What must be so. Unlike `precondition` it says what is not, in a release build too.
func expect(_ condition: Bool, _ message: @autoclosure () -> String = "not as it must be", line: UInt = #line) {
    if !condition { fatalError("\(message()), line \(line)") }
}
