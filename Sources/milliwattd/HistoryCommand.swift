import ArgumentParser
import Glibc
import Operations

/// `milliwattd history`.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show the records of calls that have ended, the newest last.",
        discussion: """
            They are read from the database of the settings, also while the daemon runs. A time is \
            \(MomentExpression.forms): an age, or a date in this machine's time zone, or in UTC with Z.

            Example: milliwattd history --since 2h --below-mos 3.5

            Exit status: 0, also where there is no such call; 64 for a wrong command line, 66 when the database is not \
            there or cannot be read, 78 for wrong settings.
            """)

    @Option(help: ArgumentHelp("Calls that ended then or later.", valueName: "time"))
    var since: String?
    @Option(help: ArgumentHelp("Calls that ended before.", valueName: "time"))
    var until: String?
    @Option(
        help: ArgumentHelp(
            "Calls with a lower MOS-CQ, or MOS-LQ where there is no MOS-CQ. Calls without a score are left out.",
            valueName: "mos"))
    var belowMos: Double?
    @Option(help: ArgumentHelp("Calls with this Call-ID.", valueName: "id"))
    var callId: String?
    @Option(help: "The newest calls, so many at most; 0 is all.")
    var limit = 100
    @Flag(help: "Print a JSON object a line, with every field.")
    var json = false
    @Flag(help: "Print CSV with every field.")
    var csv = false
    @Option(help: ArgumentHelp("The database, instead of that of the settings.", valueName: "file"))
    var database: String?
    @Option(
        help: ArgumentHelp(
            "The settings file. Without it, \(SettingsSource.defaultPath) if it exists, else the built-in defaults.",
            valueName: "file"))
    var config: String?

    @OptionGroup var options: SettingsOptions

    /// Where the unit in systemd/ has its StateDirectory.
    private static let stateDirectory = "/var/lib/milliwatt"

    func validate() throws {
        guard !(json && csv) else { throw ValidationError("--json and --csv: choose one") }
        guard limit >= 0 else { throw ValidationError("--limit \(limit) is negative") }
        if let belowMos, !(1...5).contains(belowMos) {
            throw ValidationError("--below-mos \(belowMos) is not a score from 1 to 5")
        }
        for (name, text) in [("--since", since), ("--until", until)] {
            if let text, MomentExpression.milliseconds(text, now: 0) == nil {
                throw ValidationError("\(name) \(text) is not a time such as \(MomentExpression.forms)")
            }
        }
    }

    func run() throws {
        let path = try databasePath()
        var output = HistoryOutput()
        do {
            let history = try RecordHistory(path: path)
            if csv { output.write(HistoryCSV.header) }
            if !csv, !json { output.write(HistoryTable.header) }
            try history.forEach(filter, newest: limit == 0 ? nil : limit) { entry in
                output.write(json ? entry.json : csv ? HistoryCSV.line(entry) : HistoryTable.line(entry))
            }
        } catch {
            output.flush()
            StandardError.print("\(path): \(error)")
            throw ExitStatus.noInput
        }
        output.flush()
    }

    private var filter: HistoryFilter {
        let now = MomentExpression.now()
        var filter = HistoryFilter()
        filter.since = since.flatMap { MomentExpression.milliseconds($0, now: now) }
        filter.until = until.flatMap { MomentExpression.milliseconds($0, now: now) }
        filter.belowMOS = belowMos
        filter.callID = callId
        return filter
    }

    private func databasePath() throws -> String {
        if let database { return database }
        let settings = try options.settings(from: SettingsSource(named: config))
        let directory = getenv("STATE_DIRECTORY").map { String(cString: $0) } ?? Self.stateDirectory
        guard let path = settings.records.databasePath(stateDirectory: directory) else {
            StandardError.print("records.database is \"off\": there are no call records; --database names another file")
            throw ExitStatus.noInput
        }
        return path
    }
}

/// Standard output in large pieces. A reader that has seen enough, such as `head`, ends the program by SIGPIPE.
private struct HistoryOutput {
    private var bytes: [UInt8] = []

    mutating func write(_ line: String) {
        bytes += line.utf8
        bytes.append(UInt8(ascii: "\n"))
        if bytes.count > 65_536 { flush() }
    }

    mutating func flush() {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { break }
            rest = rest.dropFirst(max(0, count))
        }
        bytes = []
    }
}
