extension MetricWriter {
    /// What has become of call records.
    mutating func add(records: RecordCounts) {
        add(
            "milliwatt_records_written", .counter, "Call records written, by where.",
            [Sample([("to", "database")], records.inDatabase), Sample([("to", "json_lines")], records.inLines)])
        add(
            "milliwatt_records_failed", .counter, "Call records that could not be written and were given up.",
            [Sample([], records.failed)])
        add(
            "milliwatt_records_steps_dropped", .counter,
            "Steps of calls that did not fit into the queue to the writer of the records.",
            [Sample([], records.dropped)])
        add(
            "milliwatt_records_waiting", .gauge, "Call records that wait for the database to be usable again.",
            [Sample([], records.waiting)])
        add(
            "milliwatt_records_ok", .gauge, "1 while records can be written, 0 while they cannot.",
            [Sample([], records.trouble == nil ? 1 : 0)])
    }
}
