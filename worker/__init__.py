"""Claims jobs, keeps their leases, records their ends, and sweeps up after the dead."""
