import Glibc
import Networking

/// The file of call records as JSON lines: an object a call, appended. Belongs to the writer's thread.
struct RecordLines: ~Copyable {
    private let file: Networking.FileDescriptor

    /// Opens the file, and makes it where there is none.
    init(path: String) throws(RecordStoreError) {
        // Without O_NONBLOCK a FIFO without a reader would hold the thread.
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o640)
        guard descriptor >= 0 else { throw RecordStoreError(call: "cannot open it", errno: errno) }
        file = Networking.FileDescriptor(owning: descriptor)
    }

    /// Writes rows, all of them or none: what follows half a line could not be read.
    func append(_ rows: some Collection<RecordRow>) throws(RecordStoreError) {
        var bytes: [UInt8] = []
        for row in rows {
            bytes += row.json.compact.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        let start = lseek(file.rawValue, 0, SEEK_END)
        guard LineSink.writeAll(bytes, to: file.rawValue) else {
            let reason = errno
            if start >= 0 { ftruncate(file.rawValue, start) }
            throw RecordStoreError(call: "cannot write", errno: reason)
        }
    }
}
