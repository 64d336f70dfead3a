/// Finds what a misspelt name was meant to be.
enum Suggestion {
    /// `; did you mean NAME?`, or nothing where no candidate is near.
    static func clause(
        for name: String, among candidates: [String], written: (String) -> String = { $0 }
    ) -> String {
        nearest(to: name, among: candidates).map { "; did you mean \(written($0))?" } ?? ""
    }

    /// The candidate with the fewest edits, at most a third of its letters (and always at least two).
    static func nearest(to name: String, among candidates: [String]) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        let ranked = candidates.map { (candidate: $0, distance: distance(name.lowercased(), $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(2, best.candidate.utf8.count / 3) ? best.candidate : nil
    }

    /// Levenshtein's distance, with a transposition of neighbours as one edit.
    static func distance(_ first: String, _ second: String) -> Int {
        let a = Array(first.utf8)
        let b = Array(second.utf8)
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var current = [i + 1]
            for j in b.indices {
                var best = min(last[j + 1] + 1, current[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[b.count]
    }
}
