@main
struct Milliwatt {
    static func main() {}
}
