import Glibc

/// What the process takes, as the kernel tells it; nil where it does not.
public struct ProcessFigures: Sendable, Equatable {
    /// Memory that is resident, in bytes.
    public var residentBytes: Int?
    /// Processor time in user and kernel mode since the start, in seconds.
    public var cpuSeconds: Double?
    /// Descriptors that are open.
    public var openDescriptors: Int?
    /// Descriptors that may be open; nil also where there is no limit.
    public var descriptorLimit: Int?
    /// When the process was started, in seconds since 1970.
    public var startTime: Double?

    /// Figures of nothing.
    init() {}

    /// The figures of this process now.
    public static func measured() -> ProcessFigures {
        var figures = ProcessFigures()
        figures.residentBytes = residentPages.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
        var usage = rusage()
        if getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
            figures.cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        }
        figures.openDescriptors = descriptors
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.descriptorLimit = Int(exactly: limit.rlim_cur)
        }
        figures.startTime = started
        return figures
    }

    /// The second number of `/proc/self/statm`.
    private static var residentPages: Int? {
        let fields = text("/proc/self/statm")?.split(separator: " ") ?? []
        return fields.count > 1 ? Int(fields[1]) : nil
    }

    private static var descriptors: Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Not `.` and `..`, nor the descriptor that this took.
        return count - 3
    }

    /// The boot time and the 22nd field of `/proc/self/stat`, in ticks after it; the second may hold spaces.
    private static let started: Double? = {
        let fields = text("/proc/self/stat")?.split(separator: ")").last?.split(separator: " ") ?? []
        let boot = text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard fields.count > 19, let ticks = Double(fields[19]), let boot = boot.flatMap({ Double($0.dropFirst(6)) })
        else { return nil }
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }()

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }

    private static func text(_ path: String) -> String? {
        (try? SettingsFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
    }
}
