import Foundation
import Testing

extension EndToEnd {
    @Suite(
        "The package: what scripts/build.sh makes",
        .enabled("no dpkg-dev, binutils, python3 or xz-utils") { Package.canBeMade })
    struct PackageTests {
        @Test("it holds every file, all of root's, and settings that the administrator's changes survive in")
        func contents() async throws {
            let package = try await Package.shared
            let listing = try await Source.run("/usr/bin/dpkg-deb", ["--contents", package.deb]).lines
            let owners = Set(listing.map { $0.split(separator: " ", omittingEmptySubsequences: true)[1] })
            #expect(owners == ["root/root"])
            let files = listing.filter { !$0.hasSuffix("/") }.compactMap {
                $0.split(separator: " ").last.map(String.init)
            }
            let own = ["./usr/share/doc/milliwatt/changelog.Debian.gz", "./usr/share/lintian/overrides/milliwatt"]
            #expect(Set(files) == Set(Package.files + own))
            #expect(listing.contains { $0.hasPrefix("-rwxr-xr-x") && $0.hasSuffix("./usr/bin/milliwattd") })
            let settings = try await Source.run("/usr/bin/dpkg-deb", ["--info", package.deb, "conffiles"]).lines
            #expect(settings == Package.settings.map { String($0.dropFirst()) })
        }

        @Test("it depends on the distribution's packages for what the program is linked with")
        func dependencies() async throws {
            let package = try await Package.shared
            let fields = try await Source.run("/usr/bin/dpkg-deb", ["--field", package.deb]).lines
            let depends = try #require(fields.first { $0.hasPrefix("Depends: ") })
            for library in ["libc6 (>= ", "libspandsp", "libssl", "libsystemd0"] {
                #expect(depends.contains(library), "\(depends)")
            }
            let version = try await Source.run(Daemon.path, ["--version"]).lines.first?.split(separator: " ").last
            #expect(fields.contains("Version: \(version ?? "")-1"))
        }

        @Test("the same program and time make the same files")
        func reproducible() async throws {
            let first = try await Package.shared
            let second = try await Package(in: "package-test-again")
            for (one, other) in [(first.deb, second.deb), (first.tarball, second.tarball)] {
                #expect(try await Source.run("/usr/bin/cmp", [one, other]).status == 0, "\(one)")
            }
            try FileManager.default.removeItem(at: second.folder)
        }

        @Test("lintian has nothing to say", .enabled("no lintian") { Program.find("lintian") != nil })
        func lintian() async throws {
            let package = try await Package.shared
            // Only a trial searches Swift's libraries.
            let (status, lines) = try await Source.run(
                "/usr/bin/lintian",
                [
                    "--allow-root", "--fail-on", "error,warning", "--suppress-tags", "custom-library-search-path",
                    package.deb,
                ])
            #expect(status == 0 && lines.isEmpty, "\(lines)")
        }

        @Test("a program that needs Swift's libraries is packaged for trials only")
        func needsSwift() async throws {
            let folder = URL(filePath: Daemon.path).deletingLastPathComponent().appending(path: "package-test-dynamic")
            defer { try? FileManager.default.removeItem(at: folder) }
            let linked = try await Source.run("/usr/bin/readelf", ["-d", Daemon.path]).lines
            try #require(linked.contains { $0.contains("libswiftCore") }, "the program under test is static")
            let (status, lines) = try await Source.run(
                "scripts/build.sh", ["--binary", Daemon.path, "--output", folder.path])
            #expect(status == 1)
            #expect(lines.last?.hasSuffix("needs Swift's libraries: build it with --static-swift-stdlib") == true)
        }

        @Test("the man page has every command and option that --help has, and is well-formed")
        func manPage() async throws {
            let page = try await Source.run("scripts/manpage", [Daemon.path, "2026-11-21"]).lines
            let help = try await Source.run(Daemon.path, ["--help"]).lines
            let commands = help.drop { $0 != "SUBCOMMANDS:" }.dropFirst().filter {
                $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See ")
            }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
            #expect(commands.contains("run") && commands.contains("check-config"))
            for command in commands {
                let section = page.drop { $0 != ".Ss milliwattd \(command.replacing("-", with: "\\-"))" }
                    .dropFirst().prefix { !$0.hasPrefix(".S") }
                #expect(!section.isEmpty, "no section for \(command)")
                let options = try await Source.run(Daemon.path, [command, "--help"]).lines
                    .compactMap { $0.firstMatch(of: /^  .*?--([a-z-]+)/).map { String($0.1) } }
                for option in options where !["help", "version"].contains(option) {
                    let item = "Fl \\-\(option.replacing("-", with: "\\-"))"
                    #expect(section.contains { $0.hasPrefix(".It ") && $0.contains(item) }, "\(command) --\(option)")
                }
            }
            let file = URL(filePath: Daemon.path).deletingLastPathComponent().appending(path: "milliwattd.8")
            try Data((page.joined(separator: "\n") + "\n").utf8).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            if Program.find("man") != nil {
                let (status, lines) = try await Source.run(
                    "/usr/bin/man", ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", file.path],
                    environment: ["LC_ALL": "C.UTF-8", "MANROFFSEQ": ""])
                #expect(status == 0)
                #expect(!lines.contains { $0.contains("warning") || $0.contains("error:") }, "\(lines)")
            }
            if let mandoc = Program.find("mandoc") {
                let lines = try await Source.run(mandoc, ["-Tlint", file.path]).lines
                // Whether the pages that it names are installed is not its own affair.
                #expect(
                    lines.filter { !$0.contains("outdated mandoc.db") && !$0.contains("referenced manual") }.isEmpty,
                    "\(lines)")
            }
        }

        @Test("the firewall's profile opens SIP and RTP, and not HTTP")
        func firewall() throws {
            let profile = try String(contentsOf: Source.root.appending(path: "config/ufw/milliwatt"), encoding: .utf8)
            let ports = profile.split(separator: "\n").first { $0.hasPrefix("ports=") }
            #expect(ports == "ports=5060|5061/tcp|10000:20000/udp")
        }
    }
}
