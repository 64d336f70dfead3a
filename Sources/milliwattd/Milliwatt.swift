import ArgumentParser
import Operations

@main
struct Milliwatt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "milliwattd",
        abstract: "A SIP user agent that answers calls with a reference tone and measures them.",
        discussion: """
            Start it with 'milliwattd run' and call this machine from any SIP phone: every number answers with a \
            440 Hz tone, and sip:echo@ADDRESS echoes what you say.
            """,
        version: "milliwattd \(Version.current)",
        subcommands: [
            Run.self, Drain.self, HistoryCommand.self, CheckConfig.self, DefaultConfig.self, EModelCommand.self,
            ReferenceCommand.self,
        ])

    /// ArgumentParser's own `main`, but for usage errors, which are told as the others are: in one line that begins
    /// with the program's name.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch  where exitCode(for: error) == .validationFailure {
            StandardError.print("\(message(for: error)) (see milliwattd --help)")
            exit(withError: ExitStatus.usage)
        } catch {
            exit(withError: error)
        }
    }
}
