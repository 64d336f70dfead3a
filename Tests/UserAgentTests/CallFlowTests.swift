import SDP
import SIP
import Testing

@testable import UserAgent

@Suite("A call from INVITE to BYE (RFC 3261 13.3, 15)")
struct CallFlowTests {
    @Test("A telephone number (RFC 3966) is a number as any other")
    func telephoneNumber() {
        var bench = Bench()
        var caller = Caller()
        caller.requestURI = "tel:+49-30-123456"
        bench.establish(&caller)
        #expect(bench.core.statistics.active == 1)
        #expect(bench.responses.last?.contacts.first?.uri.isSIP == true)
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("100 and 180 at once, 200 with an answer after the delay")
    func answer() throws {
        var bench = Bench { $0.autoAnswerDelay = .milliseconds(1_500) }
        var caller = Caller()
        bench.receive(caller.invite())
        #expect(bench.statuses == [100, 180])
        #expect(bench.responses[0].toTag == nil && bench.responses[1].toTag != nil)
        bench.wait(.milliseconds(1_499))
        #expect(bench.statuses == [100, 180])
        bench.wait(.milliseconds(1))
        #expect(bench.statuses == [100, 180, 200])
        let response = bench.responses[2]
        #expect(response.toTag == bench.responses[1].toTag)
        #expect(response.contentType == "application/sdp")
        #expect(response.cSeq.method == .invite && response.callID.description == caller.callID)
        #expect(response.lines.contains("m=audio 10000 RTP/AVP 0 8 101"), "\(response.text)")
        #expect(response.lines.contains("c=IN IP4 192.0.2.1"))
        _ = try SessionDescription(parsing: Array(response.body))
        bench.settle()
    }

    @Test("The caller hangs up")
    func callerHangsUp() throws {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        bench.wait(.seconds(3))
        bench.receive(caller.next("BYE"))
        #expect(bench.statuses == [100, 180, 200, 200])
        #expect(bench.requests.isEmpty)
        let end = try #require(bench.ends.first)
        #expect(end.party == .caller && end.reason == .callerHungUp && end.status == 200)
        #expect(end.duration == .seconds(3) && end.answerDelay == .seconds(1) && end.media != nil)
        #expect(bench.core.statistics.answered == 1 && bench.core.statistics.failed == 0)
        bench.settle()
        #expect(bench.ends.count == 1 && bench.media.mistakes.isEmpty)
    }

    @Test("The tone's end is a BYE exactly then, and only then")
    func toneEnds() throws {
        var bench = Bench { $0.toneDuration = .seconds(30) }
        var caller = Caller()
        bench.establish(&caller)
        bench.settle()
        #expect(bench.times(of: .bye) == [.seconds(31)])
        let bye = try #require(bench.requests.first)
        #expect(bye.requestURI.description == "sip:alice@198.51.100.7:5070")
        #expect(bye.fromTag?.description == caller.toTag && bye.toTag?.description == caller.fromTag)
        #expect(bye.callID.description == caller.callID && bye.cSeq.method == .bye)
        #expect(bye.topVia.branch?.description.hasPrefix("z9hG4bK") == true)
        #expect(bench.ends.map(\.reason) == [.toneFinished])
        #expect(bench.ends.first?.party == .callee && bench.ends.first?.duration == .seconds(30))
    }

    @Test("The echo lasts until the maximum duration")
    func maximumDuration() {
        var bench = Bench {
            $0.toneDuration = .seconds(30)
            $0.maximumCallDuration = .seconds(100)
        }
        var caller = Caller(requestURI: "sip:echo@192.0.2.1")
        bench.establish(&caller)
        bench.settle()
        #expect(bench.times(of: .bye) == [.seconds(101)])
        #expect(bench.ends.map(\.reason) == [.maximumDuration])
        #expect(bench.requests.first?.value(.reason)?.description.contains("cause=102") == true)
    }

    @Test("The shorter of tone and maximum duration counts")
    func shorterLimit() {
        var bench = Bench {
            $0.toneDuration = .seconds(30)
            $0.maximumCallDuration = .seconds(10)
        }
        var caller = Caller()
        bench.establish(&caller)
        bench.settle()
        #expect(bench.times(of: .bye) == [.seconds(11)])
        #expect(bench.ends.map(\.reason) == [.maximumDuration])
    }

    @Test("Without limits nothing falls due once the call is up and its transactions are over")
    func noLimits() {
        var bench = Bench {
            $0.toneDuration = nil
            $0.maximumCallDuration = nil
        }
        var caller = Caller()
        bench.establish(&caller)
        bench.wait(.seconds(40))
        #expect(bench.core.nextDeadline == nil && bench.core.statistics.active == 1)
        bench.receive(caller.next("BYE"))
        bench.settle()
    }

    @Test("No media for too long is a BYE with its reason")
    func mediaTimeout() throws {
        var bench = Bench()
        var caller = Caller()
        bench.establish(&caller)
        let call = try #require(bench.events.first?.call.handle)
        bench.wait(.seconds(5))
        bench.mediaTimesOut(call)
        #expect(bench.times(of: .bye) == [.seconds(6)])
        #expect(bench.requests.first?.value(.reason)?.description.contains("no media") == true)
        #expect(bench.ends.map(\.reason) == [.mediaTimeout])
        #expect(bench.core.statistics.failed == 1)
        bench.settle()
    }

    @Test("A BYE that nobody answers is repeated for 64 T1 and then given up")
    func lostBye() {
        var bench = Bench { $0.toneDuration = .seconds(10) }
        bench.answersBye = false
        var caller = Caller()
        bench.establish(&caller)
        bench.settle()
        // 0.5, 1, 2 s and then every 4 s (timer E), until 32 s (timer F).
        #expect(bench.times(of: .bye).count == 11)
        #expect(bench.times(of: .bye).last == .seconds(11) + .milliseconds(31_500))
        #expect(bench.ends.map(\.reason) == [.toneFinished])
    }

    @Test("BYEs that cross are both answered, and the call ends once")
    func crossingByes() {
        var bench = Bench { $0.toneDuration = .seconds(10) }
        bench.answersBye = false
        var caller = Caller()
        bench.establish(&caller)
        bench.wait(.seconds(10))
        #expect(bench.methods == [.bye])
        bench.receive(caller.next("BYE"))
        #expect(bench.responses.last?.status == 200 && bench.responses.last?.cSeq.method == .bye)
        bench.settle()
        #expect(bench.ends.count == 1)
    }

    @Test("A BYE over a broken transport ends the call all the same")
    func unreachable() {
        var bench = Bench { $0.toneDuration = .seconds(10) }
        var caller = Caller()
        bench.establish(&caller)
        bench.reaches = false
        bench.settle()
        #expect(bench.ends.map(\.reason) == [.toneFinished])
    }

    @Test("Nobody answers: 480 after the ring timeout")
    func ringTimeout() {
        var bench = Bench {
            $0.autoAnswer = false
            $0.ringTimeout = .seconds(60)
        }
        var caller = Caller()
        bench.receive(caller.invite())
        bench.wait(.seconds(59))
        #expect(bench.statuses == [100, 180])
        bench.wait(.seconds(1))
        #expect(bench.statuses == [100, 180, 480])
        bench.receive(caller.ack(refusal: bench.responses[2]))
        bench.settle()
        #expect(bench.statuses == [100, 180, 480])
        #expect(bench.ends.map(\.reason) == [.noAnswer] && bench.core.statistics.refused == 1)
    }

    @Test("Without a delay the 200 follows the 180 at once, and no 100 is needed (RFC 3261 17.2.1)")
    func noDelay() {
        var bench = Bench { $0.autoAnswerDelay = .zero }
        var caller = Caller()
        bench.receive(caller.invite())
        #expect(bench.statuses == [180, 200])
        bench.settle()
    }

    @Test("An ACK of a dialog that there is not is no matter")
    func strayAcknowledgement() {
        var bench = Bench()
        var caller = Caller(toTag: "nothing")
        bench.receive(caller.ack())
        caller.toTag = nil
        bench.receive(caller.ack())
        #expect(bench.sent.isEmpty)
        bench.settle()
    }
}
