//! What may be forgotten: counters that processes share. Never the truth.
