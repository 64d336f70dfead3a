import ArgumentParser
import Operations

/// `milliwattd reference`: what `config/REFERENCE.md` is made by.
struct ReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference",
        abstract: "Print every setting, metric and log field as Markdown.",
        shouldDisplay: false)

    func run() {
        print(Reference.text, terminator: "")
    }
}
