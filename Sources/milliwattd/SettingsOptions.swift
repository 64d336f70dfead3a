import ArgumentParser
import Operations

/// What commands that read settings have in common.
struct SettingsOptions: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Override a setting, for example --set sip.port=5080. May be repeated.", valueName: "section.key=value"))
    var overrides: [String] = []

    mutating func validate() throws {
        for override in overrides where !override.dropFirst().contains("=") {
            throw ValidationError("--set \(override): not of the form section.key=value")
        }
    }

    /// The settings; prints what is wrong with them, a line for each problem.
    func settings(from source: SettingsSource) throws -> Settings {
        do throws(SettingsError) {
            return try Settings(from: source, overrides: overrides)
        } catch {
            for problem in error.problems { StandardError.print("\(problem)") }
            throw ExitStatus.configuration
        }
    }
}
