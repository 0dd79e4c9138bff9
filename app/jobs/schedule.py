"""Every recurring thing, on one screen."""

from saq import CronJob

from app.jobs.asking import ask_source
from app.jobs.episodes import fetch_episodes
from app.jobs.erasing import erase
from app.jobs.importing import read_import
from app.jobs.making_room import make_room
from app.jobs.renewing import renew
from app.jobs.sweeping import sweep
from app.jobs.tending import HEARTBEAT

# at-least-once: each may run twice, and is tried again when its worker dies (times in seconds)
SCHEDULE = (
    CronJob(sweep, cron="17 * * * *", timeout=120, retries=3, heartbeat=HEARTBEAT),
    CronJob(renew, cron="43 * * * *", timeout=600, retries=3, heartbeat=HEARTBEAT),
    CronJob(erase, cron="7 * * * *", timeout=300, retries=3, heartbeat=HEARTBEAT),
    CronJob(make_room, cron="31 * * * *", timeout=300, retries=3, heartbeat=HEARTBEAT),
)
FUNCTIONS = (ask_source, erase, fetch_episodes, make_room, read_import, renew, sweep)
