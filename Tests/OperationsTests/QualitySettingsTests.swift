import Media
import Quality
import RTP
import SIP
import Testing
import UserAgent

@testable import Operations
@testable import milliwattd

@Suite("Settings: [quality]")
struct QualitySettingsTests {
    private static func problem(_ overrides: String...) -> String? {
        do throws(SettingsError) {
            _ = try Settings(overrides: overrides)
            return nil
        } catch {
            return error.problems.map(\.description).joined(separator: "; ")
        }
    }

    @Test("the settings reach the media engine")
    func engine() throws {
        let settings = try Settings(overrides: [
            "quality.interval_seconds=10", "quality.jitter_buffer=fixed", "quality.jitter_buffer_nominal_ms=100",
            "quality.jitter_buffer_minimum_ms=40", "quality.jitter_buffer_maximum_ms=300", "quality.concealment=false",
            "quality.silence_detection=false", "quality.advantage_factor=5.5",
        ])
        let quality = MediaEngineConfiguration(settings).quality
        #expect(quality.interval == .seconds(10))
        #expect(
            quality.jitterBuffer
                == .init(
                    isAdaptive: false, nominalMilliseconds: 100, minimumMilliseconds: 40, maximumMilliseconds: 300))
        #expect(!quality.conceals && quality.parameters.a == 5.5 && !quality.measuresLevel)
    }

    @Test("the defaults are the engine's own")
    func defaults() {
        let (ours, engine) = (MediaEngineConfiguration(Settings()).quality, MediaQualityConfiguration())
        #expect(ours.interval == engine.interval && ours.jitterBuffer == engine.jitterBuffer)
        #expect(ours.measuresLevel == engine.measuresLevel)
        #expect(ours.conceals == engine.conceals && ours.parameters == engine.parameters)
    }

    @Test("the collector reaches the user agent, with the listener whom the scores assume")
    func collector() throws {
        let settings = try Settings(overrides: [
            "quality.collector=\"sip:quality@collector.example:5070;transport=tcp\"",
            "quality.collector_interval_seconds=30", "quality.jitter_buffer=fixed",
            "quality.jitter_buffer_maximum_ms=300", "quality.concealment=false",
        ])
        let collector = try #require(try UserAgentConfiguration(settings).collector)
        #expect(collector.uri.description == "sip:quality@collector.example:5070;transport=tcp")
        #expect(collector.interval == .seconds(30))
        #expect(!collector.listener.hasAdaptiveBuffer && !collector.listener.conceals)
        #expect(collector.listener.maximumBufferMilliseconds == 300)
        #expect(try UserAgentConfiguration(Settings()).collector == nil)
    }

    @Test(
        "what no request can go to is no collector",
        arguments: [
            "collector.example", "tel:1", "sip:", "sip:a@b c", "sip:a@b?X=y", "sip:a@b;transport=sctp", "sip:a@b:0",
            "sip:a@b:70000", "sip:a@10.0.0.256", "sip:a@-b", "sip:ü@b", "sip:a@b>",
        ])
    func noCollector(uri: String) {
        #expect(throws: SettingsError.self) { try Settings(overrides: ["quality.collector=\"\(uri)\""]) }
    }

    @Test("delays that contradict one another are refused, with the key that is most likely to be wrong")
    func contradictions() {
        #expect(
            Self.problem("quality.jitter_buffer_nominal_ms=300")
                == "--set: quality.jitter_buffer_nominal_ms: 300 ms is not between the minimum, 20 ms, "
                + "and the maximum, 200 ms")
        #expect(
            Self.problem("quality.jitter_buffer_minimum_ms=300")
                == "--set: quality.jitter_buffer_minimum_ms: the least delay of the jitter buffer, 300 ms, "
                + "is above the highest, 200 ms")
        #expect(Self.problem("quality.jitter_buffer_minimum_ms=60", "quality.jitter_buffer_maximum_ms=60") == nil)
    }

    @Test("values out of range are refused with their range")
    func ranges() {
        #expect(
            Self.problem("quality.interval_seconds=1")
                == "--set: quality.interval_seconds: 1 is not a whole number of seconds (2-3600)")
        #expect(
            Self.problem("quality.jitter_buffer=none")
                == "--set: quality.jitter_buffer: \"none\" is not one of adaptive, fixed")
        #expect(
            Self.problem("quality.jitter_buffer_maximum_ms=501")
                == "--set: quality.jitter_buffer_maximum_ms: 501 is not a delay in ms (10-500)")
        #expect(
            Self.problem("quality.advantage_factor=20.1")
                == "--set: quality.advantage_factor: 20.1 is not an advantage factor (0.0 to 20.0, a multiple of 0.1)")
    }
}
