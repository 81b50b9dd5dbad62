//! The briefing: pictures, tables and one page, drawn on the CPU.
