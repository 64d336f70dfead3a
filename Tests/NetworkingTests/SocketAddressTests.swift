import Glibc
import Networking
import Testing

@Suite("SocketAddress")
struct SocketAddressTests {
    @Test(
        "reads and writes addresses with ports",
        arguments: [
            "192.0.2.1:5060", "0.0.0.0:0", "255.255.255.255:65535", "[2001:db8::1]:5060", "[::]:0", "[::1]:5061",
            "[fe80::1%7]:5060",
        ])
    func roundTrip(text: String) throws {
        #expect(try #require(SocketAddress(text)).description == text)
    }

    @Test("takes addresses without a port")
    func withoutPort() throws {
        #expect(SocketAddress(parsing: "192.0.2.1", defaultPort: 5060)?.description == "192.0.2.1:5060")
        #expect(SocketAddress(parsing: "2001:DB8:0::1", defaultPort: 5060)?.description == "[2001:db8::1]:5060")
        #expect(SocketAddress(parsing: "[::1]", defaultPort: 5061)?.description == "[::1]:5061")
        #expect(SocketAddress(parsing: "192.0.2.1:7", defaultPort: 5060)?.port == 7)
    }

    @Test(
        "refuses what is no address",
        arguments: [
            "", ":", ":5060", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:+1", "192.0.2.1:-1", "192.0.2.256", "1.2.3",
            "example.com:5060", "[192.0.2.1]:5060", "[::1", "[::1]5060", "[::1]:", "::1]:5060", "2001:db8:::1",
            "1.2.3.4\u{0}:5", "[fe80::1%]:1", "[fe80::1%no-such-interface]:1", "192.0.2.1%1",
        ])
    func refuses(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test("an IPv4 address in IPv6 clothes is the IPv4 address (RFC 4291 2.5.5.2)")
    func mapped() throws {
        let plain = try #require(SocketAddress("192.0.2.1:5060"))
        #expect(SocketAddress("[::ffff:192.0.2.1]:5060") == plain)
        var storage = sockaddr_storage()
        plain.withSockaddr(for: .ipv6) { pointer, length in
            #expect(length == MemoryLayout<sockaddr_in6>.size)
            memcpy(&storage, pointer, Int(length))
        }
        #expect(Int32(storage.ss_family) == AF_INET6)
        #expect(SocketAddress(storage) == plain)
    }

    @Test("goes to the kernel's form and back", arguments: ["192.0.2.1:5060", "[2001:db8::1]:65535", "[fe80::1%3]:1"])
    func kernelForm(text: String) throws {
        let address = try #require(SocketAddress(text))
        #expect(SocketAddress(address.storage) == address)
        #expect(Int32(address.storage.ss_family) == address.domain)
    }

    @Test("a scope counts only for link-local addresses")
    func scope() {
        let global = SocketAddress(ipv6High: 0x2001_0DB8 << 32, low: 1, scope: 9, port: 1)
        #expect(global == SocketAddress("[2001:db8::1]:1"))
        #expect(SocketAddress(ipv6High: 0xFE80 << 48, low: 1, scope: 9, port: 1).scope == 9)
    }

    @Test("other families and short buffers are no address")
    func strangeFamilies() {
        var storage = sockaddr_storage()
        storage.ss_family = sa_family_t(AF_UNIX)
        #expect(SocketAddress(storage) == nil)
        storage.ss_family = sa_family_t(AF_INET6)
        let short = withUnsafeBytes(of: storage) {
            SocketAddress(sockaddr: UnsafeRawBufferPointer(rebasing: $0[..<16]))
        }
        #expect(short == nil)
    }

    @Test("knows loopback, wildcard and multicast")
    func kinds() throws {
        #expect(try #require(SocketAddress("127.9.9.9")).isLoopback)
        #expect(SocketAddress.loopback(.ipv6).isLoopback)
        #expect(SocketAddress.any(.ipv4).isWildcard && SocketAddress.any(.ipv6).isWildcard)
        #expect(try #require(SocketAddress("224.0.1.75")).isMulticast && #require(SocketAddress("ff02::1")).isMulticast)
        let usual = try #require(SocketAddress("192.0.2.1"))
        #expect(!usual.isLoopback && !usual.isWildcard && !usual.isMulticast)
    }

    @Test("the local address towards this machine is this machine")
    func localAddress() throws {
        #expect(try LocalAddress.towards(.loopback(.ipv4, port: 5060)) == .loopback(.ipv4))
        #expect(try LocalAddress.towards(.loopback(.ipv6)) == .loopback(.ipv6))
    }
}

@Suite("IPNetwork (RFC 4632, RFC 4291 2.3)")
struct IPNetworkTests {
    @Test(
        "has the addresses of its prefix and no others",
        arguments: [
            ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"), ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.6"), ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"), ("::/0", "2001:db8::1", "192.0.2.1"),
            ("2001:db8::/65", "2001:db8::7fff:0:0:1", "2001:db8::8000:0:0:1"), ("::1", "::1", "::2"),
        ])
    func contains(net: String, inside: String, outside: String) throws {
        let network = try #require(IPNetwork(parsing: net))
        #expect(network.contains(try #require(SocketAddress(inside))))
        #expect(!network.contains(try #require(SocketAddress(outside))))
    }

    @Test("clears what is beyond the prefix")
    func description() {
        #expect(IPNetwork(parsing: "192.0.2.99/24")?.description == "192.0.2.0/24")
        #expect(IPNetwork(parsing: "::1")?.description == "::1/128")
    }

    @Test(
        "refuses nonsense",
        arguments: ["", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129", "host/8", "1.2.3.4:5/8"])
    func refuses(text: String) {
        #expect(IPNetwork(parsing: text) == nil)
    }
}
