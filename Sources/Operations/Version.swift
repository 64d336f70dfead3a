/// The version of Milliwatt (semantic versioning): the one place where it is written.
public enum Version {
    /// `major.minor.patch`, as `milliwattd --version` and the default `sip.user_agent` show it.
    public static let current = "0.1.0"
}
