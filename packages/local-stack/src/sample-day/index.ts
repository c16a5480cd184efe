export { ABUSES } from './abuses';
export { type PlayedSampleDay, playSampleDay, type PlaySampleDayOptions, SampleDayRefused } from './play';
export { makeSampleDay, type PlantedAbuse, type SampleDay, type SampleDayOptions, type SampleEvent } from './sample-day';
