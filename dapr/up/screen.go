package main

import (
	"fmt"
	"os"
	"time"
)

// waiting shows one line that counts while do works; where nobody watches, one line at the end.
func waiting(what string, do func() error) error {
	began := time.Now()
	done := make(chan error, 1)
	go func() { done <- do() }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			mark := "ok"
			if err != nil {
				mark = "failed"
			}
			fmt.Printf("%s%s … %s after %.1f s\n", restart(), what, mark, time.Since(began).Seconds())
			return err
		case <-tick.C:
			if terminal() {
				fmt.Printf("%s%s … %.1f s", restart(), what, time.Since(began).Seconds())
			}
		}
	}
}

// step prints one line of the journey.
func step(since time.Duration, what, detail string) {
	fmt.Printf("  %8s   %-20s %s\n", since.Round(time.Millisecond), what, detail)
}

func restart() string {
	if terminal() {
		return "\r\x1b[K"
	}
	return ""
}

func terminal() bool {
	info, err := os.Stdout.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
