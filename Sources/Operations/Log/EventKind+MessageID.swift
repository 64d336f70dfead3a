extension EventKind {
    /// The identifier of this kind of event: `MESSAGE_ID=` in the journal, by which `journalctl -x` finds the text of
    /// `systemd/milliwatt.catalog`. Random once (`journalctl --new-id128`), and never changed.
    public var messageID: String {
        switch self {
        case .serviceStarting: "fdc72156166747be889c9690186f42a3"
        case .serviceListening: "666434b28afc493b806277b719f0e363"
        case .mediaScheduling: "152ad41a6c814865a1dbaad6bcc5c389"
        case .serviceReady: "c7260e22b55b4df0bef17913cddabdad"
        case .serviceStopping: "1e7e271c9dfb46a2a28bb905ed3df112"
        case .serviceStopped: "d56e3b9fa0454c9a8abf2e1ba52fb3b9"
        case .serviceFailed: "0c5a4464e2b1416aabf5627ce6b29897"
        case .partSilent: "bdbf2a886d4843239b8ecbc9f19d2700"
        case .partsAnswer: "5ea28c3ae62d444f9f14cf76491d1fb4"
        case .settingsReloaded: "51ef410c51514172a33acda22388ed44"
        case .settingsRefused: "8c2e3abe663b4eba87f025f9948efe50"
        case .statistics: "6beb1838222e4c6195672a029cac1401"
        case .recordsReady: "d3cfa000a3fc4f0c9603261aae7e82e6"
        case .recordsFailed: "4576a69b51e04b8d906e5f75e789d5b5"
        case .callIncoming: "2bb277379d7b480685846a7a6f71c83b"
        case .callRinging: "3235a27b2de4450a958c5635d86a3377"
        case .callAnswered: "7e03e253f92049649072f1816ac22417"
        case .callUpdated: "2013197a34074c03b5a339ffa665f610"
        case .callLatched: "b136d334006a48f88d25546305624bef"
        case .callDigit: "e7d7fc5cc0594f598ab9670b3d211dec"
        case .callQuality: "fb102fe6627e4fec821f96ab83c45e9b"
        case .callRejected: "e3c025f9ae2448e68e5dabd99aca1126"
        case .callEnded: "6aa45c86cdaf4cc79d9c9fc91fcb71e6"
        case .sourceLimited: "36f8c367e4b24d2aba20199e1e48107b"
        case .sourceLimitReport: "b215eb102a1649639b5f8701718bc6ef"
        case .scannerDropped: "0ee0f6456cfd491cafad934b6f85d630"
        case .capacityReached: "112601cce1f84b90af6015d9ada566c2"
        case .reportsFailed: "e8fd842748134eccb31fd14c73f1760d"
        case .message: "7d83a8c656a140658fa3ec40a61ab333"
        case .logDropped: "979f63cc0771444b8f33c28b41a68896"
        }
    }
}
