/// Why bytes are not a session description (RFC 8866), and where.
public struct SessionDescriptionError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// The body has no line at all.
        case empty
        /// More bytes than `SessionDescription.Limits` allows.
        case tooLarge
        /// More lines than `SessionDescription.Limits` allows.
        case tooManyLines
        /// More `m=` lines than `SessionDescription.Limits` allows.
        case tooManyMedia
        /// A line that is not one letter, an equals sign and a value.
        case malformedLine
        /// The first line is not `v=0`.
        case unsupportedVersion
        /// There is no `o=` line.
        case missingOrigin
        /// An `o=` line with fewer than its six fields.
        case malformedOrigin
        /// A `c=` line without network type, address type and address.
        case malformedConnection
        /// An `m=` line without media, port, protocol and formats.
        case malformedMedia
        /// An `m=` line with a port that is not 0 to 65535.
        case invalidPort
    }

    /// What is wrong.
    public var reason: Reason
    /// The line, counted from 1; 0 where the whole description is meant.
    public var line: Int
    /// The offset of the line's first byte in the description.
    public var offset: Int

    /// The clause of RFC 8866 that was not kept.
    public var clause: String {
        switch reason {
        case .empty, .malformedLine: "RFC 8866 5"
        case .tooLarge, .tooManyLines, .tooManyMedia: "RFC 8866 7"
        case .unsupportedVersion: "RFC 8866 5.1"
        case .missingOrigin, .malformedOrigin: "RFC 8866 5.2"
        case .malformedConnection: "RFC 8866 5.7"
        case .malformedMedia, .invalidPort: "RFC 8866 5.14"
        }
    }

    /// The SIP status that answers a request with such a body (RFC 3261 21.4.1, 21.4.11).
    public var status: Int {
        switch reason {
        case .tooLarge, .tooManyLines, .tooManyMedia: 413
        case .empty, .malformedLine, .unsupportedVersion, .missingOrigin, .malformedOrigin, .malformedConnection,
            .malformedMedia, .invalidPort:
            400
        }
    }
}

extension SessionDescriptionError: CustomStringConvertible {
    /// One line for a log: what, where and which clause.
    public var description: String {
        "\(reason) in line \(line) at byte \(offset) (\(clause))"
    }
}
