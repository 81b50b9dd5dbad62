//! The briefing folder: pictures, tables and the page.
