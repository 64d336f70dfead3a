import RTP
import Testing

@Suite("PacketReordering: audio in its order for what has to hear it so")
struct PacketReorderingTests {
    /// What was handed on: the numbers of packets, and gaps as their negative sizes.
    private final class Output {
        var pieces: [Int] = []
    }

    /// Gives packet `number`, whose payload is that number, and returns what goes on.
    private func receive(
        _ number: Int, at now: Int64 = 0, playsAt: Int64 = 60, restarts: Bool = false, octets: Int = 8, first: Int = 0,
        _ reordering: inout PacketReordering
    ) -> [Int] {
        let output = Output()
        var payload = [UInt8](repeating: 0, count: octets)
        withUnsafeBytes(of: Int64(number)) { payload.replaceSubrange(0..<8, with: $0) }
        payload.withUnsafeBytes {
            reordering.receive(
                $0, type: UInt8(number & 1), sequence: SequenceNumber(UInt16(truncatingIfNeeded: first + number)),
                restarts: restarts, playsAt: playsAt, now: now
            ) { note($0, output) }
        }
        return output.pieces
    }

    private func note(_ piece: PacketReordering.Piece, _ output: Output) {
        switch piece {
        case .gap(let packets): output.pieces.append(-packets)
        case .payload(let octets, let type):
            let number = Int(octets.loadUnaligned(as: Int64.self))
            #expect(Int(type) == number & 1)
            output.pieces.append(number)
        }
    }

    private func finish(_ reordering: inout PacketReordering) -> [Int] {
        let output = Output()
        reordering.finish { note($0, output) }
        return output.pieces
    }

    @Test("what comes in order goes on at once, over the end of the numbers too", arguments: [0, 65_533])
    func inOrder(first: Int) {
        var reordering = PacketReordering()
        for number in 0..<8 { #expect(receive(number, first: first, &reordering) == [number]) }
        #expect(finish(&reordering).isEmpty)
    }

    @Test("packets that overtook others wait for them, over the end of the numbers too", arguments: [0, 65_533])
    func overtaken(first: Int) {
        var reordering = PacketReordering()
        #expect(receive(0, first: first, &reordering) == [0])
        #expect(receive(3, first: first, &reordering).isEmpty)
        #expect(receive(2, first: first, &reordering).isEmpty)
        #expect(receive(1, first: first, &reordering) == [1, 2, 3])
        #expect(receive(4, first: first, &reordering) == [4])
    }

    @Test("a lost packet is a gap when the next one is to be played, and too late from then on")
    func lost() {
        var reordering = PacketReordering()
        #expect(receive(0, at: 0, playsAt: 60, &reordering) == [0])
        #expect(receive(2, at: 40, playsAt: 100, &reordering).isEmpty)
        #expect(receive(3, at: 60, playsAt: 120, &reordering).isEmpty)
        #expect(receive(5, at: 100, playsAt: 160, &reordering) == [-1, 2, 3])
        #expect(receive(1, at: 101, playsAt: 80, &reordering).isEmpty)
        #expect(finish(&reordering) == [-1, 5])
    }

    @Test("one that is late but whose turn has not passed is heard")
    func late() {
        var reordering = PacketReordering()
        #expect(receive(0, &reordering) == [0])
        #expect(receive(1, at: 5000, playsAt: 80, &reordering) == [1])
    }

    @Test("where too many wait, the earliest goes on")
    func full() {
        var reordering = PacketReordering()
        #expect(receive(0, &reordering) == [0])
        for number in 3..<3 + PacketReordering.capacity { #expect(receive(number, &reordering).isEmpty) }
        // The new one is before all that wait.
        #expect(receive(2, &reordering) == [-1, 2] + Array(3..<3 + PacketReordering.capacity))
        for number in 30..<30 + PacketReordering.capacity { #expect(receive(number, &reordering).isEmpty) }
        let last = 30 + PacketReordering.capacity
        #expect(receive(last, &reordering) == [-11] + Array(30...last))
    }

    @Test("another sequence begins at once, after what waits of the one before")
    func restarted() {
        var reordering = PacketReordering()
        #expect(receive(0, &reordering) == [0])
        #expect(receive(2, &reordering).isEmpty)
        #expect(receive(9000, restarts: true, &reordering) == [-1, 2, 9000])
        #expect(receive(9001, &reordering) == [9001])
    }

    @Test("a payload that is too large to wait goes on, after those before it")
    func large() {
        var reordering = PacketReordering()
        #expect(receive(0, &reordering) == [0])
        #expect(receive(2, &reordering).isEmpty)
        #expect(receive(5, &reordering).isEmpty)
        #expect(receive(4, octets: PacketReordering.slotOctets + 1, &reordering) == [-1, 2, -1, 4, 5])
    }

    @Test(
        "whatever comes: in order, none twice, and gaps for just those that are missing",
        arguments: 0..<20, [(reach: 4, least: 0.9), (reach: 24, least: 0.1)])
    func random(seed: UInt64, disorder: (reach: Int, least: Double)) {
        var dice = Dice(seed)
        func chance(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &dice) }
        var order = Array(0..<400).filter { _ in chance(12) > 0 }
        for place in order.indices where chance(3) == 0 {
            order.swapAt(place, min(order.count - 1, place + chance(disorder.reach)))
        }
        var reordering = PacketReordering()
        var heard: [Int] = []
        for (place, number) in order.enumerated() {
            heard += receive(
                number, at: Int64(place * 20), playsAt: Int64(place * 20 + 60 + chance(100)), first: 65_400, &reordering
            )
        }
        heard += finish(&reordering)
        // Each packet stands where the packets and gaps before it put it.
        var position = order[0]
        for piece in heard {
            if piece < 0 {
                position -= piece
            } else {
                #expect(piece == position)
                position += 1
            }
        }
        #expect(Set(heard.filter { $0 >= 0 }).isSubset(of: order))
        #expect(Double(heard.filter { $0 >= 0 }.count) > disorder.least * Double(order.count))
    }
}
