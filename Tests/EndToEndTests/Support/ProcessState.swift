import Foundation

/// What a process holds, by its directory below /proc.
struct ProcessState: Sendable {
    /// Its resident memory, KiB.
    let residentKiB: Int
    /// Its open descriptors.
    let descriptors: Int
    /// Processor time in user and kernel mode, in seconds, to a hundredth.
    let cpuSeconds: Double

    init?(of process: pid_t) {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let size = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) }),
            let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd"),
            let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            // The 14th and 15th field; the second may hold spaces.
            let fields = stat.split(separator: ")").last?.split(separator: " "), fields.count > 12,
            let user = Double(fields[11]), let kernel = Double(fields[12])
        else { return nil }
        residentKiB = size
        descriptors = open.count
        cpuSeconds = (user + kernel) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}

/// Whether a condition comes true in time; looked at every 20 ms, since the kernel does not tell.
func eventually(within limit: Duration = .seconds(5), _ condition: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while !condition() {
        guard ContinuousClock.now < deadline else { return false }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return true
}
