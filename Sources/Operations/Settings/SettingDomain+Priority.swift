import Media

extension SettingDomain where Value == RealTimePriority {
    /// A priority of SCHED_FIFO, 0 for none, or `"auto"`.
    static var realTimePriority: SettingDomain {
        SettingDomain(
            "a priority (0-99) or \"auto\"", range: "0-99 or \"auto\"",
            encode: { priority in
                switch priority {
                case .automatic: .text("auto")
                case .none: .integer(0)
                case .fixed(let number): .integer(number)
                }
            },
            accept: { value in
                switch value {
                case .integer(0): RealTimePriority.none
                case .integer(let number): (1...99).contains(number) ? .fixed(number) : nil
                case .text(let text): text.lowercased() == "auto" ? .automatic : nil
                case .decimal, .flag, .list, .table, .moment: nil
                }
            })
    }
}
