import GRDB

/// The tables of the database and how they came to be. A migration that has been released is never changed: what is new
/// gets another one.
enum RecordSchema {
    /// `MWCR`: tells our databases from those of other programs (SQLite's application_id).
    static let applicationID = 0x4D57_4352

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("calls") { database in
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: calls)
            // What history asks for: a span of time in its order, with the score that it filters by; and one call.
            try database.execute(
                sql: "CREATE INDEX calls_by_end ON calls (ended_at, coalesce(mos_cq, mos_lq))")
            try database.execute(sql: "CREATE INDEX calls_by_call_id ON calls (call_id)")
        }
        migrator.registerMigration("interarrival times") { database in
            for column in [
                "interarrival_p50_ms REAL", "interarrival_p90_ms REAL", "interarrival_p99_ms REAL", "interarrival TEXT",
            ] {
                try database.execute(sql: "ALTER TABLE calls ADD COLUMN \(column)")
            }
        }
        migrator.registerMigration("summaries of peers") { database in
            try database.execute(sql: "ALTER TABLE calls ADD COLUMN peer_summary TEXT")
        }
        return migrator
    }

    /// Throws where a database is another program's, or of a newer version; one without tables is neither.
    static func check(_ database: Database) throws {
        let owner = try Int.fetchOne(database, sql: "PRAGMA application_id")
        if owner == applicationID {
            if try migrator.hasBeenSuperseded(database) { throw RecordStoreError.newerVersion }
        } else if try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") != 0 {
            throw RecordStoreError.foreign
        }
    }

    private static let calls = """
        CREATE TABLE calls (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            call_id TEXT NOT NULL, from_uri TEXT, to_uri TEXT, request_uri TEXT, extension TEXT,
            peer TEXT, transport TEXT,
            incoming_at INTEGER, ringing_at INTEGER, answered_at INTEGER, ended_at INTEGER NOT NULL,
            setup_ms REAL, duration_s REAL, ended_by TEXT, reason TEXT, sip_status INTEGER, digits TEXT,
            codec TEXT, packet_time_ms INTEGER, direction TEXT, local_media TEXT, remote_media TEXT, audio TEXT,
            packets_sent INTEGER, octets_sent INTEGER, packets_unreachable INTEGER,
            packets_received INTEGER, octets_received INTEGER, packets_lost INTEGER, loss_percent REAL,
            packets_discarded INTEGER, packets_late INTEGER, packets_early INTEGER,
            packets_duplicated INTEGER, packets_reordered INTEGER, source_changes INTEGER, latchings INTEGER,
            packets_stray INTEGER, packets_wrong_type INTEGER, packets_malformed INTEGER, packets_dropped INTEGER,
            jitter_ms REAL, jitter_mean_ms REAL, jitter_max_ms REAL, longest_gap_ms REAL, clock_skew_ppm REAL,
            level_dbov REAL, peak_dbov REAL,
            round_trip_ms REAL, round_trip_min_ms REAL, round_trip_max_ms REAL, playout_delay_ms REAL, delay_ms REAL,
            burst_ratio REAL, burst_percent REAL, burst_ms REAL, gap_percent REAL, gap_ms REAL,
            r_lq REAL, mos_lq REAL, mos_lq_min REAL, mos_lq_mean REAL, mos_lq_last REAL,
            r_cq REAL, mos_cq REAL, mos_cq_min REAL, mos_cq_mean REAL, mos_cq_last REAL,
            peer_loss_percent REAL, peer_packets_lost INTEGER, peer_jitter_ms REAL,
            peer_r INTEGER, peer_mos_lq REAL, peer_mos_cq REAL,
            intervals TEXT
        )
        """
}
