import Testing

@testable import Operations

@Suite("credential:NAME in a setting: a file that systemd passes")
struct CredentialPathTests {
    @Test("a name is a file of the folder, and a path is itself")
    func resolved() throws {
        #expect(try CredentialPath.resolve("credential:http-token", folder: "/run/x") == "/run/x/http-token")
        #expect(try CredentialPath.resolve("/etc/token", folder: "/run/x") == "/etc/token")
        #expect(try CredentialPath.resolve("/etc/token", folder: nil) == "/etc/token")
    }

    @Test("no name leads out of the folder", arguments: ["", ".", "..", "../x", "a/b", "/etc/passwd"])
    func confined(name: String) {
        #expect(throws: CredentialError(reason: "is not the name of a credential")) {
            try CredentialPath.resolve("credential:" + name, folder: "/run/x")
        }
    }

    @Test("without credentials the error says what is missing, with the setting")
    func absent() throws {
        let settings = try Settings(overrides: ["http.token_file=credential:http-token"])
        let expected =
            "http.token_file: credential:http-token: the service manager has passed no credentials (LoadCredential=)"
        #expect(CredentialPath.current == nil)
        #expect(throws: BearerTokenError(reason: expected)) { try BearerToken(settings.http) }
    }
}
