import Foundation
import Testing

extension EndToEnd {
    @Suite(
        "install.sh and uninstall.sh, from the tarball into a folder",
        .enabled("no dpkg-dev, binutils, python3 or xz-utils") { Package.canBeMade })
    struct InstallTests {
        /// An unpacked tarball, and a folder in which other programs are installed already.
        private final class Machine {
            let folder = FileManager.default.temporaryDirectory.appending(path: "milliwatt-\(UUID().uuidString)")
            let unpacked: URL
            var root: URL { folder.appending(path: "root") }
            var settings: URL { root.appending(path: "etc/milliwatt/milliwatt.toml") }

            init() async throws {
                for path in ["root/etc/fail2ban/filter.d", "root/usr/local/bin", "root/var/lib/private"] {
                    try FileManager.default.createDirectory(
                        at: folder.appending(path: path), withIntermediateDirectories: true)
                }
                try Data("[Definition]\n".utf8).write(
                    to: folder.appending(path: "root/etc/fail2ban/filter.d/sshd.conf"))
                let tarball = try await Package.shared.tarball
                let (status, lines) = try await Source.run("/usr/bin/tar", ["-C", folder.path, "-xf", tarball])
                try #require(status == 0, "\(lines)")
                let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                unpacked = folder.appending(path: try #require(names.first { $0.hasPrefix("milliwatt-") }))
            }

            deinit { try? FileManager.default.removeItem(at: folder) }

            func run(_ script: String, _ arguments: [String] = []) async throws -> [String] {
                let path = script.hasPrefix("/") ? script : unpacked.appending(path: script).path
                let (status, lines) = try await Source.run(path, arguments, environment: ["DESTDIR": root.path])
                try #require(status == 0, "\(lines)")
                return lines
            }

            /// Every file and folder below the root.
            var tree: Set<String> {
                Set(FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? [])
            }

            func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }
        }

        @Test("what it installs runs and is what the package has; once more changes nothing; --purge leaves nothing")
        func roundTrip() async throws {
            let machine = try await Machine()
            let before = machine.tree
            _ = try await machine.run("install.sh")
            let installed = machine.tree
            for file in Package.files where !file.contains("zsh") {
                let path = file.dropFirst(2).replacing(/^usr\//, with: "usr/local/")
                #expect(installed.contains(String(path)), "\(path)")
            }
            #expect(installed.contains("usr/local/share/zsh/site-functions/_milliwattd"))
            let program = machine.root.appending(path: "usr/local/bin/milliwattd").path
            #expect(try await Source.run(program, ["check-config", machine.settings.path]).status == 0)
            let unit = machine.root.appending(path: "usr/local/lib/systemd/system/milliwattd.service")
            #expect(try machine.text(unit).contains("\nExecStart=/usr/local/bin/milliwattd run"))
            _ = try await machine.run("install.sh")
            #expect(machine.tree == installed)
            let state = machine.root.appending(path: "var/lib/private/milliwatt")
            try FileManager.default.createDirectory(at: state, withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(
                at: machine.root.appending(path: "var/lib/milliwatt"), withDestinationURL: state)
            _ = try await machine.run("uninstall.sh", ["--purge"])
            #expect(machine.tree == before)
            _ = try await machine.run("uninstall.sh", ["--purge"])
            #expect(machine.tree == before)
        }

        @Test("changed settings stay, with those of a newer version beside them; others are renewed")
        func upgrade() async throws {
            let machine = try await Machine()
            _ = try await machine.run("install.sh", ["--prefix", "/usr"])
            let mine = try machine.text(machine.settings).replacing("port = 5060", with: "port = 5062")
            try Data(mine.utf8).write(to: machine.settings)
            let gone = machine.root.appending(path: "etc/ufw/applications.d/milliwatt")
            try FileManager.default.removeItem(at: gone)
            for path in ["etc/milliwatt/milliwatt.toml", "etc/fail2ban/filter.d/milliwatt.conf"] {
                let file = machine.unpacked.appending(path: "tree/\(path)")
                try Data((try machine.text(file) + "# newer\n").utf8).write(to: file)
            }
            try FileManager.default.removeItem(
                at: machine.unpacked.appending(path: "tree/usr/share/fish/vendor_completions.d/milliwattd.fish"))
            let lines = try await machine.run("install.sh", ["--prefix", "/usr"])
            #expect(try machine.text(machine.settings) == mine)
            #expect(try machine.text(machine.settings.appendingPathExtension("new")).hasSuffix("# newer\n"))
            #expect(lines.contains { $0.contains("/etc/milliwatt/milliwatt.toml is yours and stays") }, "\(lines)")
            let filter = machine.root.appending(path: "etc/fail2ban/filter.d/milliwatt.conf")
            #expect(try machine.text(filter).hasSuffix("# newer\n"))
            #expect(!FileManager.default.fileExists(atPath: gone.path), "what was removed stays away")
            #expect(!machine.tree.contains("usr/share/fish/vendor_completions.d/milliwattd.fish"))
            #expect(machine.tree.contains("usr/share/zsh/vendor-completions/_milliwattd"))
        }

        @Test("without --purge settings and state stay, and what is installed anew finds them")
        func remove() async throws {
            let machine = try await Machine()
            let before = machine.tree
            _ = try await machine.run("install.sh")
            try Data("[sip]\nport = 5062\n".utf8).write(to: machine.settings)
            _ = try await machine.run(machine.root.appending(path: "usr/local/share/milliwatt/uninstall.sh").path)
            let left = machine.tree.subtracting(before).filter { !$0.hasPrefix("etc/") && $0 != "etc" }
            #expect(left.isEmpty, "\(left)")
            _ = try await machine.run("install.sh")
            #expect(try machine.text(machine.settings) == "[sip]\nport = 5062\n")
            _ = try await machine.run("uninstall.sh")
            _ = try await machine.run("uninstall.sh", ["--purge"])
            #expect(machine.tree == before)
        }

        @Test("what is wrong is said in one line", arguments: ["install.sh", "uninstall.sh", "build.sh"])
        func usage(_ script: String) async throws {
            let wrong = try await Source.run("scripts/\(script)", ["--frobnicate"])
            #expect(wrong.status == 1)
            #expect(
                wrong.lines.count == 1 && wrong.lines[0].hasPrefix("error: what is --frobnicate?"), "\(wrong.lines)")
            let help = try await Source.run("scripts/\(script)", ["--help"])
            #expect(help.status == 0)
            #expect(help.lines.first?.contains("\(script) [--") == true)
        }
    }
}
