@testable import Operations

extension CallParts {
    /// Parts that know of no call.
    static var none: CallParts { CallParts(handles: { $0([]) }, calls: { $1([]) }, media: { _, _ in }) }
}
