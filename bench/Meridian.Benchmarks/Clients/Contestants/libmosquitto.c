/* libmosquitto doing one work of the clients benchmark in one of its two forms: "thread" leaves the network to the
 * library's own thread (mosquitto_loop_start), as most programs do; "poll" has one thread and a poll loop of its own.
 * Then six words as every contestant: WORK PORT SECONDS WARMUP WINDOW LEVEL. Prints one line "result ...".
 *
 *   gcc -O2 -o libmosquitto libmosquitto.c -lmosquitto -pthread
 */
#include <mosquitto.h>
#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define PAYLOAD_BYTES 100
#define IDLE_CONNECTIONS 1000
#define REHEARSAL 50
#define MOST_TRIPS (1 << 22)

static const char topic[] = "bench/topic/0001";
static char payload[PAYLOAD_BYTES];
static int port, window, level;
static double seconds, warm_up;

static bool has_thread;
static long sent;
static atomic_long done;
static sem_t room; /* The free places of the window, in the form with a thread. */
static atomic_bool accepted, subscribed;
static bool is_over;
static double began, measured_from;
static long done_before;
static double cpu_before;
static double trips[MOST_TRIPS];
static long trip_count, trips_before;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double cpu_microseconds(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static long resident_bytes(void) {
  long pages = 0, resident = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  if (!f || fscanf(f, "%ld %ld", &pages, &resident) != 2) {
    fprintf(stderr, "/proc/self/statm cannot be read\n");
    exit(1);
  }
  fclose(f);
  return resident * sysconf(_SC_PAGESIZE);
}

static void demand(int code, const char *what) {
  if (code != MOSQ_ERR_SUCCESS) {
    fprintf(stderr, "%s: %s\n", what, mosquitto_strerror(code));
    exit(1);
  }
}

static void on_connect(struct mosquitto *m, void *own, int code) {
  (void)m;
  (void)own;
  if (code) {
    fprintf(stderr, "CONNECT was refused with %d\n", code);
    exit(1);
  }
  accepted = true;
}

static void on_subscribe(struct mosquitto *m, void *own, int id, int count, const int *granted) {
  (void)m;
  (void)own;
  (void)id;
  (void)count;
  (void)granted;
  subscribed = true;
}

static void on_publish(struct mosquitto *m, void *own, int id) {
  (void)m;
  (void)own;
  (void)id;
  atomic_fetch_add_explicit(&done, 1, memory_order_relaxed);
  if (has_thread) {
    sem_post(&room);
  }
}

static void on_message(struct mosquitto *m, void *own, const struct mosquitto_message *message) {
  (void)m;
  (void)own;
  if (message->payloadlen == PAYLOAD_BYTES) {
    atomic_fetch_add_explicit(&done, 1, memory_order_relaxed);
  }
}

static struct mosquitto *prepare(void) {
  struct mosquitto *m = mosquitto_new(NULL, true, NULL);
  if (!m) {
    fprintf(stderr, "mosquitto_new failed\n");
    exit(1);
  }
  demand(mosquitto_int_option(m, MOSQ_OPT_PROTOCOL_VERSION, level), "protocol version");
  demand(mosquitto_int_option(m, MOSQ_OPT_SEND_MAXIMUM, window), "window");
  mosquitto_connect_callback_set(m, on_connect);
  mosquitto_subscribe_callback_set(m, on_subscribe);
  mosquitto_publish_callback_set(m, on_publish);
  mosquitto_message_callback_set(m, on_message);
  return m;
}

static void sleep_for(double time) {
  struct timespec t = {(time_t)time, (long)((time - (time_t)time) * 1e9)};
  nanosleep(&t, NULL);
}

/* Lets the library read and write what the socket allows now, waiting at most so long for it. */
static void turn(struct mosquitto *m, int milliseconds) {
  if (has_thread) {
    sleep_for(milliseconds / 1e5); /* The library's thread does it. */
    return;
  }
  struct pollfd p = {mosquitto_socket(m), POLLIN | (mosquitto_want_write(m) ? POLLOUT : 0), 0};
  poll(&p, 1, milliseconds);
  if (p.revents & POLLOUT) {
    demand(mosquitto_loop_write(m, 1), "writing");
  }
  if (p.revents & (POLLIN | POLLHUP | POLLERR)) {
    demand(mosquitto_loop_read(m, 1), "reading");
  }
}

static struct mosquitto *connected(void) {
  struct mosquitto *m = prepare();
  accepted = false;
  demand(mosquitto_connect(m, "127.0.0.1", port, 15), "connecting");
  if (has_thread) {
    demand(mosquitto_loop_start(m), "starting the thread");
  }
  while (!accepted) {
    turn(m, 100);
  }
  return m;
}

static void leave(struct mosquitto *m) {
  demand(mosquitto_disconnect(m), "disconnecting");
  if (has_thread) {
    demand(mosquitto_loop_stop(m, false), "stopping the thread");
  }
  while (mosquitto_want_write(m)) {
    struct pollfd p = {mosquitto_socket(m), POLLOUT, 0};
    poll(&p, 1, 100);
    mosquitto_loop_write(m, 1);
  }
  mosquitto_destroy(m);
}

/* Looks at the clock: begins the measured time, and says when it is over. */
static void look(struct mosquitto *m) {
  double t = now();
  if (!has_thread) {
    mosquitto_loop_misc(m);
  }
  if (!measured_from && t - began >= warm_up) {
    done_before = done;
    trips_before = trip_count;
    cpu_before = cpu_microseconds();
    measured_from = now();
  } else if (measured_from && t - measured_from >= seconds) {
    is_over = true;
  }
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static void publish(struct mosquitto *m, int qos) {
  sent++;
  demand(mosquitto_publish(m, NULL, topic, PAYLOAD_BYTES, payload, qos, false), "publishing");
}

static void fill_window(struct mosquitto *m, int qos) {
  while (has_thread && !is_over) {
    for (int i = 0; i < 64; i++) {
      sem_wait(&room);
      publish(m, qos);
    }
    look(m);
  }
  while (!is_over) {
    for (int i = 0; i < 64 && sent - done < window && !mosquitto_want_write(m); i++) {
      publish(m, qos);
    }
    turn(m, sent - done < window && !mosquitto_want_write(m) ? 0 : 100);
    look(m);
  }
}

static void await_each(struct mosquitto *m, int qos) {
  if (has_thread) {
    sem_init(&room, 0, 0);
  }
  while (!is_over) {
    double started = now();
    publish(m, qos);
    if (has_thread) {
      sem_wait(&room);
    }
    while (done < sent) {
      turn(m, 100);
    }
    if (trip_count < MOST_TRIPS) {
      trips[trip_count++] = (now() - started) * 1e6;
    }
    look(m);
  }
}

static void receive(struct mosquitto *m, int qos) {
  demand(mosquitto_subscribe(m, NULL, "bench/#", qos), "subscribing");
  while (!subscribed) {
    turn(m, 100);
  }
  while (!is_over) {
    turn(m, 100);
    look(m);
  }
}

static void idle(void) {
  static struct mosquitto *all[IDLE_CONNECTIONS];
  static struct pollfd sockets[IDLE_CONNECTIONS];
  for (int i = 0; i < REHEARSAL; i++) {
    all[i] = connected();
  }
  for (int i = 0; i < REHEARSAL; i++) {
    leave(all[i]);
  }
  long resident = resident_bytes();
  for (int i = 0; i < IDLE_CONNECTIONS; i++) {
    all[i] = connected();
    sockets[i] = (struct pollfd){mosquitto_socket(all[i]), POLLIN, 0};
  }
  sleep_for(warm_up);
  double from = now(), cpu = cpu_microseconds();
  while (now() - from < seconds) {
    int ready = poll(sockets, IDLE_CONNECTIONS, 1000);
    for (int i = 0; i < IDLE_CONNECTIONS; i++) {
      if (ready > 0 && sockets[i].revents) {
        demand(mosquitto_loop_read(all[i], 1), "reading");
      }
      demand(mosquitto_loop_misc(all[i]), "keeping alive");
    }
  }
  printf("result messages=%d total=%d seconds=%.6f cpu_us=%.0f resident=%ld\n", IDLE_CONNECTIONS, IDLE_CONNECTIONS,
         now() - from, cpu_microseconds() - cpu, resident_bytes() - resident);
  for (int i = 0; i < IDLE_CONNECTIONS; i++) {
    leave(all[i]);
  }
}

int main(int count, char **words) {
  if (count != 8) {
    fprintf(stderr, "usage: libmosquitto thread|poll WORK PORT SECONDS WARMUP WINDOW LEVEL\n");
    return 2;
  }
  has_thread = !strcmp(words[1], "thread");
  words++;
  const char *work = words[1];
  int qos = work[strlen(work) - 1] - '0';
  port = atoi(words[2]);
  seconds = atof(words[3]);
  warm_up = atof(words[4]);
  window = atoi(words[5]);
  level = atoi(words[6]);
  sem_init(&room, 0, window);
  memset(payload, 'x', sizeof payload);
  mosquitto_lib_init();
  if (!strncmp(work, "idle", 4)) {
    has_thread = false; /* A thread for each of a thousand is no use that anybody makes of it. */
    idle();
    return 0;
  }

  struct mosquitto *m = connected();
  began = now();
  if (!strncmp(work, "publish", 7)) {
    fill_window(m, qos);
  } else if (!strncmp(work, "awaited", 7)) {
    await_each(m, qos);
  } else {
    receive(m, qos);
  }

  double took = now() - measured_from, cpu = cpu_microseconds() - cpu_before;
  long messages = done - done_before;
  while (strncmp(work, "receive", 7) && done < sent) {
    turn(m, 100);
  }
  qsort(trips + trips_before, trip_count - trips_before, sizeof *trips, ascending);
  long measured = trip_count - trips_before;
  printf("result messages=%ld total=%ld seconds=%.6f cpu_us=%.0f p50_us=%.2f p99_us=%.2f\n", messages,
         atomic_load(&done), took, cpu,
         measured ? trips[trips_before + (long)(0.5 * (measured - 1))] : 0,
         measured ? trips[trips_before + (long)(0.99 * (measured - 1))] : 0);
  if (strncmp(work, "receive", 7)) {
    leave(m);
  }
  return 0; /* A source that never ends is left by ending: a farewell would wait behind what it sends. */
}
