import CLinux

/// The process's heap.
public enum SystemMemory {
    /// Gives the system back what was freed and is kept for later: some milliseconds for each 100 MB.
    public static func giveBack() {
        clinux_give_back_memory()
    }
}
