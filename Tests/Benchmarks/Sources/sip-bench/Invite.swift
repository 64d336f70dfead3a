/// An INVITE of some 900 octets as a softphone behind one proxy sends it.
let invite: [UInt8] = {
    let body = [
        "v=0", "o=- 3912345678 3912345678 IN IP4 192.0.2.7", "s=call", "c=IN IP4 192.0.2.7", "t=0 0",
        "m=audio 40000 RTP/AVP 0 8 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20", "a=sendrecv", "",
    ].joined(separator: "\r\n")
    let head = [
        "INVITE sip:1000@192.0.2.1:5060 SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.7:5066;branch=z9hG4bK-524287-1---8f3a2c1b9d7e6f50;rport",
        "Max-Forwards: 70",
        "Contact: <sip:alice@192.0.2.7:5066;transport=udp>",
        "To: <sip:1000@192.0.2.1>",
        "From: \"Alice Example\" <sip:alice@example.com>;tag=7a1c9e42",
        "Call-ID: 84230MDc4ZGI2YzA1ZjQ0YjE5YzQ5NWM2OTk4NTI4NzRkZjQ",
        "CSeq: 1 INVITE",
        "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, MESSAGE, UPDATE",
        "Supported: replaces, timer, 100rel",
        "User-Agent: Example Softphone 3.20.5",
        "Allow-Events: presence, talk",
        "Content-Type: application/sdp",
        "Content-Length: \(body.utf8.count)",
        "", "",
    ].joined(separator: "\r\n")
    return Array((head + body).utf8)
}()
