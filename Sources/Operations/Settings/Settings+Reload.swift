extension Settings {
    /// What comes of reading the settings again while the daemon runs.
    public struct Reloaded: Sendable, Equatable {
        /// What is in force from now on.
        public let settings: Settings
        /// The keys whose new values are in force, as `section.name`.
        public let applied: [String]
        /// The keys that have changed but are in force only after a restart, as `section.name`.
        public let needRestart: [String]
    }

    /// Takes over from `other` what can change while the daemon runs.
    ///
    /// - Throws: what does not go with what stays as it is.
    public func reloaded(from other: Settings) throws(SettingsError) -> Reloaded {
        var result = self
        var (applied, needRestart): ([String], [String]) = ([], [])
        for key in SettingKey.all {
            let value = key.encode(other)
            guard value != key.encode(self) else { continue }
            if key.takesEffect == .atOnce, (try? key.decode(value, &result)) != nil {
                applied.append(key.path)
            } else {
                needRestart.append(key.path)
            }
        }
        // Each is right for itself, but a new value may contradict an old one that is in force until the restart.
        let problems = result.inconsistencies.map { problem in
            SettingsProblem(
                "until a restart", key: problem.keys.first { applied.contains($0) } ?? problem.keys[0], problem.reason)
        }
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
        return Reloaded(settings: result, applied: applied, needRestart: needRestart)
    }
}
