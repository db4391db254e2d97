package main

import (
	"os"
	"runtime"
	"testing"
	"time"
)

func TestParseStatTakesTheNameForWhatItIs(t *testing.T) {
	text := "4242 (odd) name (x) S 1 4242 4242 0 -1 4194560 1530 0 2 0 317 83 11 12 20 0 9 0 123456 1234567168 4321 18446744073709551615\n"
	got, err := parseStat([]byte(text))
	if want := (317 + 83) * 10 * time.Millisecond; err != nil || got != want {
		t.Errorf("%v %v, want %v", got, err, want)
	}
	for _, bad := range []string{"", "1 (x) S 1 2", "1 (x) S 1 1 1 0 -1 1 1 0 2 0 many 83 0"} {
		if _, err := parseStat([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestParseStatus(t *testing.T) {
	got, err := parseStatus([]byte("Name:\torder\nVmHWM:\t   99999 kB\nVmRSS:\t   34567 kB\nThreads:\t9\n"))
	if err != nil || got != 34567<<10 {
		t.Errorf("%d %v", got, err)
	}
	if _, err := parseStatus([]byte("Name:\tzombie\n")); err == nil {
		t.Error("a process without memory was taken")
	}
}

func TestParseMachineLeavesOutIdle(t *testing.T) {
	got, err := parseMachine([]byte("cpu  100 2 30 90000 500 0 7 11 5 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n"))
	if want := (100 + 2 + 30 + 7 + 11) * 10 * time.Millisecond; err != nil || got != want {
		t.Errorf("%v %v, want %v", got, err, want)
	}
	if _, err := parseMachine([]byte("intr 1 2 3")); err == nil {
		t.Error("another file was taken")
	}
}

func TestOwnProcess(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc here")
	}
	for began := time.Now(); time.Since(began) < 50*time.Millisecond; {
	}
	cpu, err := cpuTime(os.Getpid())
	if err != nil || cpu <= 0 || cpu > time.Hour {
		t.Errorf("CPU time %v %v", cpu, err)
	}
	bytes, err := resident(os.Getpid())
	if err != nil || bytes < 1<<20 || bytes > 1<<34 {
		t.Errorf("resident %d %v", bytes, err)
	}
	if busy, err := machineTime(); err != nil || busy < cpu {
		t.Errorf("the machine was busy for %v, %v", busy, err)
	}
}
