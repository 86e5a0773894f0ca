package filestat

// sysStatAt is the number of newfstatat(2).
const sysStatAt = 262
