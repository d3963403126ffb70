"""Pages of reports. Views translate; who may see and do what is asked in queries and actions."""
