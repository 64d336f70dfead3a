import Foundation
import Testing

/// What `scripts/build.sh` makes of the program under test, made once.
struct Package {
    let folder: URL
    let deb: String
    let tarball: String

    private static let task = Task { try await Package(in: "package-test") }
    static var shared: Package { get async throws { try await task.value } }

    /// Whether what it takes is installed.
    static var canBeMade: Bool {
        ["dpkg-deb", "dpkg-shlibdeps", "objcopy", "python3", "xz"].allSatisfy { Program.find($0) != nil }
    }

    /// In a folder beside the program, which the next run makes anew.
    init(in name: String) async throws {
        folder = URL(filePath: Daemon.path).deletingLastPathComponent().appending(path: name)
        try? FileManager.default.removeItem(at: folder)
        let (status, lines) = try await Source.run(
            "scripts/build.sh", ["--trial", "--binary", Daemon.path, "--output", folder.path],
            environment: ["SOURCE_DATE_EPOCH": "1700000000"])
        try #require(status == 0, "\(lines)")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        deb = folder.appending(path: try #require(files.first { $0.hasSuffix(".deb") })).path
        tarball = folder.appending(path: try #require(files.first { $0.hasSuffix(".tar.xz") })).path
    }

    /// What is installed, and where: whoever adds a file adds its line.
    static let settings = [
        "./etc/fail2ban/filter.d/milliwatt.conf", "./etc/logrotate.d/milliwatt", "./etc/milliwatt/milliwatt.toml",
        "./etc/ufw/applications.d/milliwatt",
    ]
    static let files =
        settings + [
            "./usr/bin/milliwattd", "./usr/share/doc/milliwatt/NOTICE.gz",
            "./usr/lib/systemd/catalog/milliwatt.catalog", "./usr/lib/systemd/system/milliwattd.service",
            "./usr/lib/systemd/system/milliwattd.socket", "./usr/share/milliwatt/milliwatt.rules.yml",
            "./usr/share/bash-completion/completions/milliwattd", "./usr/share/doc/milliwatt/README.md",
            "./usr/share/doc/milliwatt/REFERENCE.md", "./usr/share/doc/milliwatt/changelog.gz",
            "./usr/share/doc/milliwatt/copyright", "./usr/share/doc/milliwatt/examples/fail2ban-jail.conf",
            "./usr/share/fish/vendor_completions.d/milliwattd.fish", "./usr/share/man/man8/milliwattd.8.gz",
            "./usr/share/zsh/vendor-completions/_milliwattd",
        ]
}
