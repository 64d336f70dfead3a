extension EventLog {
    /// A socket is bound.
    public func record(_ listener: ServiceListener) {
        record(
            .info, .serviceListening, "Listening",
            [
                .transport: .text(listener.transport), .address: .text(listener.address),
                .port: .integer(Int(listener.port)),
            ])
    }
}
